"""Queries whose SQL is made once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker

from accounts.models import Member
from boards.models import Board, Moderator
from paging import AmongGiven, Given, prepared

pytestmark = pytest.mark.django_db

made: list[str] = []


@prepared
def _members(order: str, ids: Given, since: Given) -> QuerySet[Member, Any]:
    made.append(order)
    members = Member.objects.filter(AmongGiven("pk", ids), joined_at__gt=since)
    return members.order_by(order).values_list("username", "joined_at", "is_staff")


@prepared
def _offices(board: Given) -> QuerySet[Moderator]:
    offices = Moderator.objects.filter(board=board).select_related("member", "appointed_by")
    return offices.annotate(told=Value(True)).defer("member__bio").order_by("pk")


@pytest.fixture
def three(db: None) -> list[Member]:
    return [baker.make(Member, username=f"member{n}", is_staff=n == 1) for n in range(3)]


def test_it_is_turned_into_sql_once_for_each_shape(three: list[Member]) -> None:
    made.clear()
    past = timezone.now() - timedelta(days=1)
    for order in ("username", "-username", "username"):
        _members.rows(order, ids=[1], since=past)
    assert sorted(made) in ([], ["-username", "username"])  # none if another test was first


def test_it_gives_values_as_the_models_would(three: list[Member]) -> None:
    past = timezone.now() - timedelta(days=1)
    rows = _members.rows("username", ids=[three[0].pk, three[1].pk], since=past)
    assert rows == [
        [member.username, member.joined_at, member.is_staff] for member in three[:2]
    ] or rows == [(member.username, member.joined_at, member.is_staff) for member in three[:2]]


def test_it_compares_with_dates(three: list[Member]) -> None:
    ids = [member.pk for member in three]
    assert _members.rows("pk", ids=ids, since=max(member.joined_at for member in three)) == []


@pytest.mark.parametrize("count", [0, 1, 3])
def test_it_takes_as_many_integers_as_come(three: list[Member], count: int) -> None:
    ids = [member.pk for member in three[:count]]
    past = timezone.now() - timedelta(days=1)
    assert len(_members.rows("pk", ids=ids, since=past)) == count


def test_it_makes_instances_with_what_was_selected_with_them(three: list[Member]) -> None:
    board = baker.make(Board)
    first = baker.make(Moderator, board=board, member=three[0], appointed_by=None)
    second = baker.make(Moderator, board=board, member=three[1], appointed_by=three[0])
    with CaptureQueriesContext(connection) as queries:
        offices: list[Any] = _offices.objects(board=board.pk)
        assert offices == [first, second]
        assert [office.member.username for office in offices] == ["member0", "member1"]
        assert [office.appointed_by for office in offices] == [None, three[0]]
        assert offices[0].told is True
    assert len(queries) == 1
    assert "bio" in offices[0].member.get_deferred_fields()


def test_the_first_of_none_is_none(db: None) -> None:
    assert _offices.first(board=0) is None
