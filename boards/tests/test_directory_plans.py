"""What a page of the directory reads, however many boards there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Member
from boards.directory import LOOKED_AT, ORDERS, PAGE_SIZE, Directory
from boards.models import ApprovedMember, Board, Subscription, Viewer
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, later, quickly
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

WRITTEN = 200
# How many queries a page takes by its order and by whether a guest looks at it.
Queries = dict[tuple[str, bool], int]


@contextmanager
def filled(size: int, blocker: Any) -> Iterator[Member]:
    """Boards of four sizes; every tenth is private. Who reads some of them and follows others."""
    with lasting(blocker, "boards_board"):
        reader = Member.objects.create_user("reader")
        now = timezone.now()
        boards = Board.objects.bulk_create(
            Board(
                name=f"b_{n}",
                title=f"Board {n}",
                description="What it is for, in a few words that take some place. " * 5,
                is_private=n % 10 == 0,
                subscriber_count=n % 4,
                active_at=now - timedelta(minutes=n),
            )
            for n in range(min(size, WRITTEN))
        )
        if size > WRITTEN:
            with quickly(Board):
                copy_rows(
                    boards,
                    size - WRITTEN,
                    name=f"'b_' || (n + {WRITTEN})",
                    title=f"'Board ' || (n + {WRITTEN})",
                    active_at=later("active_at", "-n / 5"),
                )
        Subscription.objects.bulk_create(Subscription(board=b, member=reader) for b in boards[::5])
        ApprovedMember.objects.bulk_create(
            ApprovedMember(board=b, member=reader) for b in boards[::20]
        )
        analyze()
        yield reader


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> Queries:
    """As it is where there are 100 boards."""
    with filled(100, django_db_blocker) as reader:
        return {
            (sort, viewer is reader): read_by(partial(page, viewer, f"sort={sort}")).statements
            for sort in ORDERS
            for viewer in (reader, AnonymousUser())
        }


@pytest.fixture(scope="module")
def reader(few: Queries, django_db_blocker: Any) -> Iterator[Member]:
    with filled(100_000, django_db_blocker) as reader:
        yield reader


def page(viewer: Viewer, query: str) -> Directory:
    return Directory(viewer, QueryDict(query))


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_reads_its_own_rows(reader: Member, few: Queries, sort: str) -> None:
    for viewer in (reader, AnonymousUser()):
        after = ""
        for _ in range(3):
            query = f"sort={sort}&after={after}"
            reading = read_by(partial(page, viewer, query))
            # Beside the page the private boards among it, and the reader's own rows.
            reading.assert_at_most(3 * PAGE_SIZE, of="boards_board")
            assert reading.statements == few[sort, viewer is reader]
            after = page(viewer, query).page.after.replace("+", "%2B")


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("words", ["board", "99999", "zz"])
def test_a_search_reads_no_more_than_it_may(reader: Member, words: str, sort: str) -> None:
    """Whether many, few or no boards match."""
    for viewer in (reader, AnonymousUser()):
        after = ""
        for _ in range(3):
            query = f"q={words}&sort={sort}&after={after}"
            reading = read_by(partial(page, viewer, query))
            # Every tenth is private, and not counted.
            reading.assert_at_most(LOOKED_AT * 6 // 5, of="boards_board")
            assert reading.statements == 2
            after = page(viewer, query).page.after.replace("+", "%2B")
            if not after:
                break


def test_a_members_private_boards_are_found_among_the_private_ones(reader: Member) -> None:
    """At worst: where those are many, PostgreSQL goes through all that are private."""
    private = Board.objects.filter(is_private=True).count()
    reading = read_by(lambda: list(Board.objects.private_to(reader)))
    reading.assert_at_most(private, of="boards_board")


def test_private_boards_are_those_the_rule_lets_read(
    garden: Board, cellar: Board, mo: Member, ben: Member, pam: Member, stan: Member
) -> None:
    Board.objects.create(name="attic", title="Attic", is_private=True)
    for viewer in (mo, ben, pam, stan):
        private = Board.objects.visible_to(viewer).filter(is_private=True)
        assert set(Board.objects.private_to(viewer)) == set(private)
