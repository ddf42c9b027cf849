"""Queries whose SQL is made once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker

from accounts.models import Member
from boards.models import Board, Moderator, Subscription
from paging import AmongGiven, Given, planned, prepared
from paging.writing import Update, insert, prepared_update, send

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


@prepared_update
def _join_later(bio: str, ids: Given, at: Given) -> Update:
    return Update(Member.objects.filter(AmongGiven("pk", ids)), joined_at=at, bio=bio)


@prepared_update
def _count_post(board: Given) -> Update:
    return Update(Board.objects.filter(pk=board), post_count=F("post_count") + 1)


@prepared
def _held(pk: Given) -> QuerySet[Board, Any]:
    return Board.objects.select_for_update().filter(pk=pk).values_list("pk")


@pytest.fixture
def three(db: None) -> list[Member]:
    return [baker.make(Member, username=f"member{n}", is_staff=n == 1) for n in range(3)]


def test_it_is_turned_into_sql_once_for_each_shape(three: list[Member]) -> None:
    made.clear()
    _members.kept.clear()
    past = timezone.now() - timedelta(days=1)
    for order in ("username", "-username", "username"):
        _members.rows(order, ids=[1], since=past)
    assert made == ["username", "-username"]


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


def test_an_update_takes_values_and_tells_how_many_rows_it_changed(three: list[Member]) -> None:
    at = timezone.now() + timedelta(days=1)
    ids = [three[0].pk, three[1].pk]
    assert _join_later("first", ids=ids, at=at) == 2
    assert _join_later("second", ids=[0], at=at) == 0
    for member in three:
        member.refresh_from_db()
    assert [member.joined_at == at for member in three] == [True, True, False]
    assert [member.bio for member in three] == ["first", "first", ""]


def test_an_update_counts_from_what_the_row_holds(three: list[Member]) -> None:
    board = baker.make(Board, post_count=3)
    assert _count_post(board=board.pk) == _count_post(board=board.pk) == 1
    board.refresh_from_db()
    assert board.post_count == 5


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_refused_outside_a_transaction() -> None:
    with transaction.atomic():
        assert _held.rows(pk=0) == []
    with pytest.raises(TransactionManagementError):
        _held.rows(pk=0)


@pytest.mark.parametrize("key", [None, 4_000])
def test_it_inserts_what_the_model_would(three: list[Member], key: int | None) -> None:
    at = timezone.now()
    for name in ("first", "second"):
        insert(Board(pk=key, name=name, title="ti'tle", created_by=three[1], created_at=at))
        board = Board.objects.get(name=name)
        assert (board.title, board.created_by, board.created_at) == ("ti'tle", three[1], at)
        assert (board.post_count, board.is_private) == (0, False)
        key = key and key + 1


def test_it_inserts_no_row_twice_if_told_so(three: list[Member]) -> None:
    board = baker.make(Board)
    for _ in range(2):
        insert(Subscription(member=three[0], board=board), ignore_conflicts=True)
    assert Subscription.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Subscription(member=three[0], board=board))


def test_what_was_inserted_is_saved_in_its_place(three: list[Member]) -> None:
    board = Board(pk=5_000, name="third")
    insert(board)
    board.title = "changed"
    board.save()
    assert Board.objects.get().title == "changed"


def test_rows_and_counts_are_sent_in_one_trip(three: list[Member]) -> None:
    at = timezone.now() + timedelta(days=1)
    with CaptureQueriesContext(connection) as queries:
        insert(
            Board(pk=4_000, name="one", title="One"), Subscription(member=three[0], board_id=4_000)
        )
        changed = send(
            _count_post.asked(board=4_000),
            _join_later.asked("50%", ids=[three[0].pk, three[1].pk], at=at),
        )
    assert len(queries) == (2 if connection.vendor == "postgresql" else 4)
    assert changed == 2
    board = Board.objects.get()
    assert (board.title, board.post_count) == ("One", 1)
    assert list(board.subscribers.values_list("bio")) == [("50%",)]
    assert send(_join_later.asked("", ids=[0], at=at)) == 0


def test_a_query_sees_what_was_sent_before_it(three: list[Member]) -> None:
    first, *_others = three

    @prepared_update
    def _rename(pk: Given, name: Given) -> Update:
        return Update(Member.objects.filter(pk=pk), username=name)

    @planned
    def _named(name: Given) -> QuerySet[Member]:
        return Member.objects.filter(username=name)

    for name in ("Zoe", "Yan"):  # sent as it is the first time, by its plan the second
        found = _named.first_after(_rename.asked(pk=first.pk, name=name), name=name)
        assert found == first
    nobody = _rename.asked(pk=0, name="Zoe")
    assert _named.first_after(nobody, name="Zoe") is None
