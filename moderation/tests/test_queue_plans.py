"""What a page of the review queue reads, and of the queues beside it, however much waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import pytest
from django.db.models import Q

from accounts.models import Member
from boards.actions import make_board
from boards.models import Ban, Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation import queue
from moderation.models import Act, Appeal, BoardRequest, Case, JoinRequest, Report
from moderation.tests import test_desk, test_queues
from moderation.tests.test_desk import QUEUE
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, later, quickly
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db

MODELS = (Member, Post, Act, Appeal, JoinRequest, BoardRequest, Ban, Case, Report)
# A page and one more of each board, by an index of both at worst, and those of who is named there.
ROWS = 5 * queue.PAGE_SIZE
WRITTEN = 30
ADDRESSES = {
    "reported": QUEUE,
    "most reported": f"{QUEUE}?order=reports",
    **{name: f"{QUEUE}?queue={name}" for name in queue.SOURCES if name != "boards"},
    "index": "/admin/",
}


class Waiting(NamedTuple):
    """Two boards and who owns both."""

    owner: Member
    boards: list[Board]


@contextmanager
def waiting(size: int, blocker: Any) -> Iterator[Waiting]:
    """So many cases, removals, appeals, requests and bans on two boards; half the bans end soon."""
    with lasting(blocker, *(model._meta.db_table for model in MODELS)):
        owner = Member.objects.create_user("owner", "a long password")
        author = Member.objects.create_user("author", "a long password")
        names = ("meadow", "larder")
        boards = [make_board(maker=owner, name=name, title=name) for name in names]
        first: dict[Any, int] = {model: next_id(model) for model in MODELS}
        test_queues.fill(boards, author, WRITTEN)
        for board in boards:
            test_desk.fill(board, author, 0, WRITTEN)
        with quickly(*MODELS):
            copy(first, size - 2 * WRITTEN)
        analyze()
        yield Waiting(owner, boards)


def next_id(model: Any) -> int:
    """The id behind the last that there is."""
    newest = model.objects.order_by("-pk").first()
    return newest.pk + 1 if newest else 0


def copy(first: dict[Any, int], count: int) -> None:
    """Copies of all rows from the first ids on, each a minute further in its order."""
    further = f"60 * (n / {2 * WRITTEN} + {WRITTEN})"

    def copied(model: Any, **changed: str) -> str:
        """SQL for the id of the copy of the number n."""
        rows = model.objects.filter(pk__gte=first[model]).order_by("pk")[: 2 * WRITTEN]
        return f"{copy_rows(list(rows), count, **changed)} + n"

    name = "'m' || n"
    member = copied(Member, username=name, skeleton=name)
    post = copied(Post, author_id=member)
    act = copied(Act, post_id=post, member_id=member, at=later("at", f"-{further}"))
    created = later("created_at", f"-{further}")
    copied(Appeal, act_id=act, member_id=member, created_at=created)
    for request in (JoinRequest, BoardRequest):
        copied(request, member_id=member, created_at=created)
    copied(Ban, member_id=member, until=later("until", further))
    case = copied(Case, post_id=post, opened_at=later("opened_at", f"-60 * {further}"))
    copied(Report, case_id=case)


def pages(site: Waiting) -> dict[str, Reading]:
    """What the whole pages read, when they are asked for once more."""
    client = signed_in(site.owner)
    found = {}
    for name, address in ADDRESSES.items():
        client.get(address)
        found[name] = read_by(partial(client.get, address))
    return found


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> dict[str, int]:
    """How many queries each page takes where there is about a hundred of each."""
    with waiting(4 * WRITTEN, django_db_blocker) as made:
        return {name: page.statements for name, page in pages(made).items()}


@pytest.fixture(scope="module")
def site(few: dict[str, int], django_db_blocker: Any) -> Iterator[Waiting]:
    with waiting(100_000, django_db_blocker) as made:
        yield made


def places(site: Waiting) -> list[set[int] | None]:
    """One board, both, and all that there are."""
    a, b = (board.pk for board in site.boards)
    return [{a}, {a, b}, None]


@pytest.mark.parametrize("order", ["", "reports"])
def test_cases_are_read_by_index(site: Waiting, order: str) -> None:
    for boards in places(site):
        after = ""
        for _ in range(3):
            wish = queue.Wish(order=order, after=after)
            reading = read_by(partial(queue.page, site.owner, boards, wish))
            reading.assert_at_most(ROWS, of="moderation_case")
            after = queue.page(site.owner, boards, wish).after
            assert after


@pytest.mark.parametrize("name", queue.SOURCES)
def test_what_waits_beside_is_read_by_index(site: Waiting, name: str) -> None:
    source: Any = queue.SOURCES[name]
    for boards in places(site):
        after = ""
        for _ in range(3):
            reading = read_by(partial(source.page, boards, Q(), after))
            reading.assert_at_most(ROWS, of=source.model._meta.db_table)
            after = source.page(boards, Q(), after).after
            assert after


def test_whole_pages(site: Waiting, few: dict[str, int]) -> None:
    """With all that stands on their cards, and how much waits elsewhere."""
    for name, page in pages(site).items():
        assert page.statements == few[name]
        page.assert_at_most(ROWS, of="moderation")
    page = signed_in(site.owner).get("/admin/").content.decode()
    assert "<strong>99+</strong> reported" in page
