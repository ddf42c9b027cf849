"""The review queue of ten thousand cases, narrowed by each choice and in each order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.actions.comments import reply
from discussions.tests.conftest import signed_in
from moderation import queue
from moderation.admin.queues.filters import FILTERS
from moderation.models import Case
from moderation.tests.test_desk import fill
from moderation.tests.test_filters import shown
from paging.tests.lasting import analyze, lasting
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

FEW = 5


# How most cases are, and how the few that a choice finds; they come last in both orders.
RARE: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {
    ("about", "comment"): ({}, {}),
    ("about", "member"): ({}, {}),
    ("reason", "Rare"): ({}, {"reason": "Rare"}),
    ("reason", queue.OWN_WORDS): ({"reason": "Rude"}, {}),
    ("source", "members"): ({"rule": "Rude"}, {}),
    ("source", "rules"): ({}, {"rule": "Rare"}),
    ("author", "day"): ({}, {"newness": Case.Newness.DAY}),
    ("author", "week"): ({}, {"newness": Case.Newness.WEEK}),
    ("author", "month"): ({}, {"newness": Case.Newness.MONTH}),
    ("claimed", "me"): ({}, {"claimed": "me"}),
    ("claimed", "free"): ({"claimed": "else"}, {"claimed": ""}),
}
# These find most of the cases.
COMMON = {("about", "post"), ("age", "day"), ("age", "week"), ("age", "month")}
ORDERS = [value for name, _label, values in FILTERS if name == "order" for value, _told in values]
CHOICES = [
    ("", ""),
    ("reason", "Rare"),
    ("reason", queue.OWN_WORDS),
    *(
        (name, value)
        for name, _label, values in FILTERS
        for value, _told in values
        if value and name != "order"
    ),
]


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Board]]:
    """Two boards with 10,000 cases: most about posts, and of the newest some about others."""
    with lasting(django_db_blocker):
        moe = Member.objects.create_user("moe", "a long password")
        ann = Member.objects.create_user("ann", "a long password")
        boards = [make_board(maker=moe, name=f"own_{n}", title="Own") for n in range(2)]
        for board in boards:
            fill(board, ann, 0, 5_000)
        few = timezone.now() - timedelta(hours=FEW - 0.5)
        Case.objects.update(report_count=9, newness=Case.Newness.OLDER)
        Case.objects.filter(opened_at__gt=few).update(report_count=1)
        yield boards


@pytest.fixture
def mo(crowd: list[Board]) -> Member:
    """Owns both boards."""
    return Member.objects.get(username="moe")


@pytest.fixture
def desk(mo: Member) -> Client:
    return signed_in(mo)


def arranged(choice: tuple[str, str], me: Member, other: Member) -> None:
    """Only so few are what the choice asks for."""
    claims = {"me": me, "else": other, "": None}
    most, few = RARE.get(choice, ({}, {}))
    for rows, columns in ((Case.objects.all(), most), (newest(), few)):
        columns = dict(columns)
        if "claimed" in columns:
            columns["claimed_by"] = claims[columns.pop("claimed")]
        back = {"rule": "", "reason": "", "newness": Case.Newness.OLDER, "claimed_by": None}
        rows.update(**back | columns)
    if choice == ("about", "comment"):
        for case in newest():
            comment = reply(author=other, post=case.post, text="Hm.")
            Case.objects.filter(pk=case.pk).update(post=None, comment=comment)
    if choice == ("about", "member"):
        for place, case in enumerate(newest()):
            member = Member.objects.create_user(f"strange{place}")
            Case.objects.filter(pk=case.pk).update(post=None, comment=None, member=member)
    analyze()


def newest() -> Any:
    return Case.objects.filter(report_count=1)


def assert_read_by_index(viewer: Member, boards: set[int] | None, wish: queue.Wish) -> int:
    """The first page, and the one behind it if there is one; how many are on the first."""
    first = queue.page(viewer, boards, wish)
    for after in ("", first.after) if first.after else ("",):
        here = replace(wish, after=after)
        reading = read_by(lambda here=here: queue.page(viewer, boards, here))
        # Three lanes of 48 facets are looked for, whatever they hold.
        reading.assert_at_most(8 * queue.PAGE_SIZE, of="moderation_case")
    return len(first.rows)


@pytest.mark.parametrize("choice", CHOICES, ids="=".join)
def test_every_choice_and_order_of_ten_thousand_is_read_by_index(
    crowd: list[Board], mo: Member, ben: Member, olga: Member, choice: tuple[str, str]
) -> None:
    """The few that are asked for are the last in the order of all."""
    ids = [board.pk for board in crowd]
    arranged(choice, mo, ben)
    chosen = {choice[0]: choice[1]} if choice[0] else {}
    rare = bool(choice[0]) and choice not in COMMON
    for order in ORDERS:
        wish = queue.Wish(order=order, **chosen)
        for boards, count in (({ids[0]}, FEW), (set(ids), 2 * FEW), (None, 2 * FEW)):
            found = assert_read_by_index(mo, boards, wish)
            assert found == (count if rare else queue.PAGE_SIZE), (wish, boards)
    Case.objects.update(for_staff=True)
    analyze()
    if choice[1] == "me":
        Case.objects.filter(claimed_by=mo).update(claimed_by=olga)
    for order in ORDERS:
        assert not queue.page(mo, set(ids), queue.Wish(order=order)).rows
        assert_read_by_index(mo, set(ids), queue.Wish(order=order, **chosen))
        wish = queue.Wish(queue=queue.STAFF_QUEUE, order=order, **chosen)
        for boards, count in (({ids[0]}, FEW), (None, 2 * FEW)):
            found = assert_read_by_index(olga, boards, wish)
            assert found == (count if rare else queue.PAGE_SIZE), (wish, boards)


@pytest.mark.parametrize("order", ORDERS)
def test_two_choices_at_once_are_read_by_index_too(
    crowd: list[Board], mo: Member, ben: Member, order: str
) -> None:
    """Of those that the one finds, the other leaves few; each by itself finds thousands."""
    third = [pk for (pk,) in Case.objects.order_by("pk").values_list("pk")[::3]]
    Case.objects.update(reason="Rude")
    Case.objects.filter(pk__in=third).update(reason="Rare", rule="Rare")
    Case.objects.exclude(pk__in=third).update(newness=Case.Newness.DAY, claimed_by=ben)
    newest().update(reason="Rare", rule="Rare", newness=Case.Newness.DAY, claimed_by=mo)
    analyze()
    for chosen in (
        {"reason": "Rare", "author": "day"},
        {"source": "rules", "author": "month"},
        {"source": "rules", "claimed": "me"},
        {"reason": "Rare", "claimed": "me"},
    ):
        wish = queue.Wish(order=order, **chosen)
        for boards in ({crowd[0].pk}, {board.pk for board in crowd}, None):
            count = FEW if boards is not None and len(boards) == 1 else 2 * FEW
            assert assert_read_by_index(mo, boards, wish) == count, (wish, boards)


def test_a_narrowed_page_asks_no_more_queries(crowd: list[Board], desk: Client) -> None:
    with CaptureQueriesContext(connection) as before:
        assert not shown(desk, reason="Rare")
    newest().update(reason="Rare")
    with CaptureQueriesContext(connection) as after:
        assert shown(desk, reason="Rare")
    # What lies on the cards is asked for in bulk, and not at all for none.
    assert len(after) <= len(before) + 8
