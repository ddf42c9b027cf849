"""What a page of the search reads is bounded, or by what the words are in, whatever there is."""

from collections.abc import Iterator
from functools import partial
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
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

LOOKED_AT = 64
# SQLite takes some hundred steps to ask the index of one row.
ROWS = 16 * LOOKED_AT
RARE = 8  # posts hold the rare word


@pytest.fixture(scope="module", params=[4_000, 16_000])
def site(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    with crowd(request.param, django_db_blocker) as made:
        some = Post.objects.live().filter(board=made.boards[0]).order_by("pk")
        step = len(some) // RARE
        rare = [post.pk for post in some[::step]][:RARE]
        Post.objects.filter(pk__in=rare).update(title="a phalarope")
        some.update(url="https://dunlin.example/")
        hidden = Post.objects.live().filter(board=made.private)
        hidden.update(url="https://whimbrel.example/")
        write_comments(some[0], hidden[0], request.param)
        settle()
        yield made


def write_comments(post: Post, hidden: Post, count: int) -> None:
    comments = []
    for n, pk in enumerate(Comment.objects.next_ids(count)):
        text = "a phalarope" if n % (count // RARE) == 0 else f"usual {n}"
        comments.append(Comment(pk=pk, post=post, text=text))
        if n % 4 == 1:
            comments[-1].post, comments[-1].text = hidden, f"hushed {n}"
        comments[-1].place_at_root()
    Comment.objects.bulk_create(comments, batch_size=500)


def settle() -> None:
    """What the database does by itself, soon after many rows were written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for index in ("post_by_word", "comment_by_word"):
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute("ANALYZE")


@pytest.fixture(autouse=True)
def _look_at_few(monkeypatch: Any) -> None:
    monkeypatch.setattr(post_search, "LOOKED_AT", LOOKED_AT)
    monkeypatch.setattr(comment_search, "LOOKED_AT", LOOKED_AT)
    monkeypatch.setattr(matching, "MOST_HOLDERS", LOOKED_AT)
    monkeypatch.setattr(matching, "SAMPLE", LOOKED_AT)


def language(text: str) -> str:
    return in_database_language(parse(text))


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
