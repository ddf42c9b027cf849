"""What a page of the search reads is bounded, or by what the words are in, whatever there is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from discussions.models import Comment, Post
from discussions.search import comments as comment_search
from discussions.search import matching
from discussions.search import posts as post_search
from discussions.search.comments import search_comments
from discussions.search.posts import search_posts
from discussions.search.words import in_database_language, parse
from discussions.sources import everywhere, on_board
from discussions.tests.crowd import Crowd, crowd
from paging.tests.lasting import analyze
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

LOOKED_AT = 64
# SQLite takes some hundred steps to ask the index of one row.
ROWS = 16 * LOOKED_AT
RARE = 8  # posts hold the rare word
# FTS5 takes the longer to tell whether one row holds a word the more rows do, so on SQLite the
# tests would take minutes with as many as on PostgreSQL.
SIZES = {"postgresql": 100_000, "sqlite": 16_000}


# The number of queries by what is searched, whether on a board, the order and the words.
Queries = dict[tuple[str, bool, str, str], int]


@contextmanager
def filled(size: int, blocker: Any) -> Iterator[Crowd]:
    """So many posts, and as many comments."""
    with crowd(size, blocker, indexed=True) as made:
        some = Post.objects.live().filter(board=made.boards[0]).order_by("pk")
        step = len(some) // RARE
        rare = [post.pk for post in some[::step]][:RARE]
        Post.objects.filter(pk__in=rare).update(title="a phalarope")
        copy_comments(some[0], made.boards[-1].posts.live()[0], size)
        settle()
        yield made


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> Queries:
    """What the first page takes where there are 100 posts."""
    with pytest.MonkeyPatch.context() as patch, filled(100, django_db_blocker) as made:
        look_at_few(patch)
        return {key: read_by(page).statements for key, page in first_pages(made).items()}


@pytest.fixture(scope="module")
def site(few: Queries, django_db_blocker: Any) -> Iterator[Crowd]:
    with filled(SIZES[connection.vendor], django_db_blocker) as made:
        yield made


def copy_comments(post: Post, hidden: Post, count: int) -> None:
    """Root comments, of which every fourth is in a private thread."""
    rows = []
    for pk in Comment.objects.next_ids(4):
        rows.append(Comment(pk=pk, post=post, text="usual"))
        rows[-1].place_at_root()
    rows[1].post = hidden
    Comment.objects.bulk_create(rows)
    with quickly(Comment, words=("discussions_commentwords",)):
        copy_rows(
            rows,
            count,
            tree_id="{id} + n",
            text=f"CASE WHEN r.post_id = {hidden.pk} THEN 'hushed ' || n "
            f"WHEN n %% {count // RARE} = 0 THEN 'a phalarope' ELSE 'usual ' || n END",
        )


def settle() -> None:
    """What the database does by itself, soon after many rows were written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for index in ("post_by_word", "comment_by_word"):
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        else:
            for table in ("discussions_postwords", "discussions_commentwords"):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    analyze()


@pytest.fixture(autouse=True)
def _look_at_few(monkeypatch: pytest.MonkeyPatch) -> None:
    look_at_few(monkeypatch)


def look_at_few(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(post_search, "LOOKED_AT", LOOKED_AT)
    patch.setattr(comment_search, "LOOKED_AT", LOOKED_AT)
    patch.setattr(matching, "MOST_HOLDERS", LOOKED_AT)
    patch.setattr(matching, "SAMPLE", LOOKED_AT)


def language(text: str) -> str:
    return in_database_language(parse(text))


def first_pages(site: Crowd) -> dict[tuple[str, bool, str, str], Callable[[], Any]]:
    """Pages of a word that all texts hold, and of one that none does."""
    guest = AnonymousUser()
    pages: dict[tuple[str, bool, str, str], Callable[[], Any]] = {}
    for source in (everywhere(guest), on_board(site.boards[0])):
        for sort, text in product(post_search.ORDERS, ("enough", "nowhere")):
            key = ("posts", source.board is not None, sort, text)
            pages[key] = partial(search_posts, source, guest, language(text), sort=sort, after="")
    for text in ("usual", "nowhere"):
        page = partial(search_comments, guest, language(text), board=None, after="")
        pages["comments", False, "", text] = page
    return pages


def test_queries_are_as_many_as_where_there_are_100(site: Crowd, few: Queries) -> None:
    assert {key: read_by(page).statements for key, page in first_pages(site).items()} == few


@pytest.mark.parametrize("sort", list(post_search.ORDERS))
@pytest.mark.parametrize("text", ["enough", "phalarope", "nowhere", '"post 77"', "enough -long"])
def test_posts(site: Crowd, sort: str, text: str) -> None:
    for source, viewer in [
        (everywhere(AnonymousUser()), AnonymousUser()),
        (everywhere(site.reader), site.reader),
        (on_board(site.boards[0]), AnonymousUser()),
    ]:
        after = ""
        for _ in range(3):
            page = partial(search_posts, source, viewer, language(text), sort=sort, after=after)
            reading = read_by(page)
            reading.assert_at_most(ROWS, of="discussions_post")
            assert "discussions_postwords" not in reading.scans
            found = page()
            after = found.after
            if not after:
                break
        if text == "phalarope":
            assert len(found.rows) == RARE


@pytest.mark.parametrize("text", ["usual", "phalarope", "nowhere", '"usual 77"'])
def test_comments(site: Crowd, text: str) -> None:
    after = ""
    for _ in range(3):
        page = partial(search_comments, AnonymousUser(), language(text), board=None, after=after)
        reading = read_by(page)
        reading.assert_at_most(ROWS, of="discussions_comment")
        assert "discussions_commentwords" not in reading.scans
        found = page()
        after = found.after
        if not after:
            break
    if text == "phalarope":
        assert len(found.rows) == RARE


@pytest.mark.parametrize(("text", "board"), [("usual", 1), ("hushed", None), ("hushed", 0)])
def test_comments_of_others_that_hold_the_word(site: Crowd, text: str, board: int | None) -> None:
    """Those on another board, and for a guest those in private threads, however many."""
    here = None if board is None else site.boards[board]
    page = partial(search_comments, AnonymousUser(), language(text), board=here, after="")
    reading = read_by(page)
    reading.assert_at_most(ROWS, of="discussions_comment")
    assert "discussions_commentwords" not in reading.scans
    found = page()
    assert (found.rows, found.is_cut) == ([], True)


@pytest.mark.parametrize("sort", list(post_search.ORDERS))
@pytest.mark.parametrize(("text", "board"), [("dunlin", 1), ("whimbrel", None), ("whimbrel", 0)])
def test_posts_of_others_that_hold_the_word(
    site: Crowd, sort: str, text: str, board: int | None
) -> None:
    guest = AnonymousUser()
    source = everywhere(guest) if board is None else on_board(site.boards[board])
    page = partial(search_posts, source, guest, language(text), sort=sort, after="")
    reading = read_by(page)
    reading.assert_at_most(ROWS, of="discussions_post")
    assert "discussions_postwords" not in reading.scans
    found = page()
    assert (found.rows, found.is_cut) == ([], True)
