"""ranking: the formulas, and that Python and the database agree on them."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db.models import F, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boards.models import Board
from discussions import ranking

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)

counts = st.integers(0, 2**31 - 1) | st.integers(0, 20)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
in_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200
)


@pytest.fixture
def one_row(db: None) -> None:
    Board.objects.create(name="any", title="Any")


def computed(expression: object) -> float:
    value = Board.objects.annotate(value=expression).values_list("value", flat=True).get()
    return float(value)


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@in_database
@given(ups=counts, downs=counts)
def test_best_is_the_same_in_the_database(one_row: None, ups: int, downs: int) -> None:
    found = computed(ranking.best_expression(Value(ups), Value(downs)))
    assert close(found, ranking.best(ups, downs))


@in_database
@given(ups=counts, downs=counts)
def test_controversy_is_the_same_in_the_database(one_row: None, ups: int, downs: int) -> None:
    found = computed(ranking.controversy_expression(Value(ups), Value(downs)))
    assert close(found, ranking.controversy(ups, downs))


@in_database
@given(score=st.integers(-(2**31) + 1, 2**31 - 1) | st.integers(-20, 20), moment=moments)
def test_hot_is_the_same_in_the_database(one_row: None, score: int, moment: datetime) -> None:
    found = computed(ranking.hot_expression(F("post_count") + Value(score), moment))
    assert close(found, ranking.hot(score, moment))


@pytest.mark.parametrize(
    ("ups", "downs", "expected"), [(0, 0, 0.0), (1, 0, 0.3784), (10, 0, 0.8589), (5, 5, 0.3122)]
)
def test_best_is_the_lower_bound_of_wilson(ups: int, downs: int, expected: float) -> None:
    assert ranking.best(ups, downs) == pytest.approx(expected, abs=5e-5)


def test_best_prefers_many_votes_to_few_of_the_same_share() -> None:
    assert ranking.best(100, 10) > ranking.best(10, 1)


def test_tenfold_the_score_weighs_as_much_as_tau() -> None:
    tau = timedelta(seconds=django_settings.RANKING_TAU)
    assert close(ranking.hot(100, MOMENT), ranking.hot(10, MOMENT + tau))
    assert close(ranking.hot(-100, MOMENT), ranking.hot(-10, MOMENT - tau))


def test_controversy_is_highest_where_votes_are_even() -> None:
    assert ranking.controversy(50, 50) > ranking.controversy(90, 10) > ranking.controversy(100, 0)
    assert ranking.controversy(50, 50) == 100
