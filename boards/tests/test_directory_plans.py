"""What a page of the directory reads, however many boards there are."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Member
from boards.directory import PAGE_SIZE, Directory
from boards.models import ApprovedMember, Board, Subscription
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[2_000, 8_000])
def many(request: pytest.FixtureRequest, garden: Board, cellar: Board, ben: Member) -> None:
    """Boards of four sizes; every tenth is private, and ben follows every 50th."""
    now = timezone.now()
    boards = Board.objects.bulk_create(
        Board(
            name=f"b_{n:05}",
            title=f"Board {n}",
            description="What it is for, in a few words that take some place. " * 5,
            is_private=n % 10 == 0,
            subscriber_count=n % 4,
            active_at=now - timedelta(minutes=n),
        )
        for n in range(request.param)
    )
    Subscription.objects.bulk_create(Subscription(board=b, member=ben) for b in boards[:2000:50])
    ApprovedMember.objects.bulk_create(
        ApprovedMember(board=b, member=ben) for b in boards[:2000:100]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def page(viewer: Member, query: str) -> Directory:
    return Directory(viewer, QueryDict(query))


@pytest.mark.parametrize("sort", ["active", "size", "name"])
def test_a_page_reads_its_own_rows(many: None, ben: Member, sort: str) -> None:
    after = ""
    for _ in range(3):
        query = f"sort={sort}&after={after}"
        reading = read_by(partial(page, ben, query))
        # Beside the page the private boards among it, and ben's own rows.
        reading.assert_at_most(3 * PAGE_SIZE, of="boards_board")
        after = page(ben, query).page.after.replace("+", "%2B")


def test_a_members_private_boards_are_found_among_the_private_ones(many: None, ben: Member) -> None:
    """At worst: where ben's part of them is large, PostgreSQL goes through all that are private."""
    private = Board.objects.filter(is_private=True).count()
    reading = read_by(lambda: list(Board.objects.private_to(ben)))
    reading.assert_at_most(private, of="boards_board")


def test_private_boards_are_those_the_rule_lets_read(
    garden: Board, cellar: Board, mo: Member, ben: Member, pam: Member, stan: Member
) -> None:
    Board.objects.create(name="attic", title="Attic", is_private=True)
    for viewer in (mo, ben, pam, stan):
        private = Board.objects.visible_to(viewer).filter(is_private=True)
        assert set(Board.objects.private_to(viewer)) == set(private)
