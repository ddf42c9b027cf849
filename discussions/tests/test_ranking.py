"""ranking: the formulas."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from discussions import ranking

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


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
