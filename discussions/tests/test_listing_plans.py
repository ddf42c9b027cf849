"""What a page of posts reads is bounded by what it shows, whatever the site holds."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from math import ceil
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict

from boards.models import Moderator, Viewer
from discussions import listings
from discussions.listings import ORDERS, PAGE_SIZE, SHORT, SPANNED, SPANS, Listing, list_posts
from discussions.models.weeks import start_of, week_of
from discussions.sources import Source, everywhere, home_feed, on_board
from discussions.tests.conftest import signed_in
from discussions.tests.crowd import BOARDS, DAYS, Crowd, crowd
from paging.tests.lasting import counted
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db

WEEKS = {"day": 2, "week": 2, "month": 6, "year": 54, "all": 1}
SIZE = 100_000
WEEK = timedelta(weeks=1)
# Of a part of the oldest week that is not SHORT, so many are walked over for a page at worst.
PART_OF_A_WEEK = (PAGE_SIZE + 1) * (WEEK // SHORT)
# The board of each post is looked up, in a table too small for its index to be of use.
LOOKED_UP = BOARDS * (PAGE_SIZE + 1)
LISTS = [(sort, span) for sort in ORDERS for span in (SPANS if sort in SPANNED else ["all"])]


# How many queries a page of a place takes in an order.
Queries = dict[tuple[int, str], int]


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> Queries:
    """As it is where there are 100 posts."""
    with crowd(100, django_db_blocker, days=1) as made:
        return {
            (place, sort): queries
            for sort, span in LISTS
            for place, queries, _ in readings(made, sort, span, last=2)
        }


@pytest.fixture(scope="module")
def site(few: Queries, django_db_blocker: Any) -> Iterator[Crowd]:
    with crowd(SIZE, django_db_blocker) as made:
        yield made


def sources(site: Crowd) -> list[tuple[Source, Viewer, int]]:
    """Each place that lists posts, who looks at it, and of how many boards it takes the first."""
    guest, reader = AnonymousUser(), site.reader
    return [
        (everywhere(guest), guest, 1),
        (everywhere(reader), reader, 2),
        (on_board(site.boards[0]), guest, 1),
        (home_feed(reader), reader, 3),
    ]


def page(source: Source, viewer: Viewer, sort: str, span: str, after: str = "") -> Listing:
    query = QueryDict(mutable=True)
    query.update({"sort": sort, "t": span, "after": after})
    return list_posts(source, viewer, query)


def readings(site: Crowd, sort: str, span: str, last: int) -> Iterator[tuple[int, int, Reading]]:
    """What is read for the first pages of each place.

    With the number of queries, but for the one that asks for the boards of private posts, where
    the page has such posts.
    """
    for place, (source, viewer, _) in enumerate(sources(site)):
        after = ""
        for _ in range(last):
            found = page(source, viewer, sort, span, after)
            assert len(found.posts) == PAGE_SIZE or last == 2
            private = any(post.on_private_board for post in found.posts)
            reading = read_by(partial(page, source, viewer, sort, span, after))
            yield place, reading.statements - private, reading
            after = found.after


@pytest.mark.parametrize(("sort", "span"), LISTS)
def test_a_page_reads_its_own_rows(site: Crowd, few: Queries, sort: str, span: str) -> None:
    assert_read(site, few, sort, span)


def test_pages_when_sqlite_was_told_to_count(site: Crowd, few: Queries) -> None:
    with counted():
        for sort, span in LISTS:
            assert_read(site, few, sort, span)


def assert_read(site: Crowd, few: Queries, sort: str, span: str) -> None:
    of_boards = [boards for _, _, boards in sources(site)]
    rows = (WEEKS[span] - 1) * (PAGE_SIZE + 1) + PART_OF_A_WEEK
    for place, queries, reading in readings(site, sort, span, last=3):
        of_each = PAGE_SIZE + 1 if span == "all" else rows
        reading.assert_at_most(max(of_boards[place] * of_each, LOOKED_UP), of="discussions_post")
        assert queries == few[place, sort]


@pytest.mark.parametrize("span", ["day", "month"])
@pytest.mark.parametrize("hours", [1, 11, 13, 72, 166])
def test_a_part_of_a_week_is_read_by_date_or_by_order(
    site: Crowd, hours: int, span: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is left of the oldest week at the moment: little of a little, or the first of it."""
    left, age = timedelta(hours=hours), SPANS[span][0]
    assert age
    clock = Mock(now=Mock(return_value=start_of(week_of(site.now - age)) - left + age))
    monkeypatch.setattr(listings, "timezone", clock)
    # Twice what is expected where the best are strewn evenly.
    part = SIZE // DAYS * left / timedelta(days=1)
    part = part if left < SHORT else min(2 * (PAGE_SIZE + 1) * WEEK / left, PART_OF_A_WEEK)
    rows = (WEEKS[span] - 1) * (PAGE_SIZE + 1) + ceil(part)
    boards = [boards for _, _, boards in sources(site)]
    for place, _, reading in readings(site, "top", span, last=2):
        reading.assert_at_most(max(boards[place] * rows, LOOKED_UP), of="discussions_post")


def test_a_page_amid_many_posts_of_one_score_reads_its_own_rows(site: Crowd) -> None:
    """The cursor is in the index, not one of the rows that are walked over."""
    ones = site.boards[0].posts.live().filter(score=1).order_by("-pk")
    assert len(ones) > site.size // 5
    after = f"1~{ones[len(ones) // 2].pk}"
    source, guest = on_board(site.boards[0]), AnonymousUser()
    reading = read_by(partial(page, source, guest, "top", "all", after))
    reading.assert_at_most(LOOKED_UP, of="discussions_post")
    pair = "(score, id) < " if connection.vendor == "postgresql" else "(score,rowid)<(?,?)"
    assert pair in "\n".join(reading.plans).replace("ROW", "")


def test_the_hottest_posts_of_a_private_board_are_not_walked_over(site: Crowd) -> None:
    guest = AnonymousUser()
    reading = read_by(partial(page, everywhere(guest), guest, "hot", "all"))
    reading.assert_at_most(LOOKED_UP, of="discussions_post")
    assert site.private.posts.live().count() > 200


@pytest.mark.parametrize("address", ["/u/author/", "/b/crowd_0/removed/"])
def test_other_lists_read_their_own_rows(site: Crowd, address: str) -> None:
    Moderator.objects.create(board=site.boards[0], member=site.reader)
    client = signed_in(site.reader)
    after = ""
    for _ in range(2):
        reading = read_by(partial(client.get, address, {"after": after}))
        reading.assert_at_most(LOOKED_UP, of="discussions_post")
        after = client.get(address).context["page"].after
        assert after
