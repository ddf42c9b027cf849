"""What a post says of its board's privacy, by which lists over all boards find it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions import access
from discussions.actions.posts import submit_post
from discussions.models import Post
from discussions.models.weeks import start_of, week_of
from discussions.tests.archives import (
    Importer,
    archive_fixture,  # noqa: F401
    submission,
)
from discussions.tests.test_lists import titles
from discussions.tests.test_recount import recount


def change(board: Board, *, is_private: bool) -> None:
    access.change_board(board=board, title="T", description="", rules="", is_private=is_private)


def flags(board: Board) -> set[bool]:
    return set(board.posts.values_list("is_private", flat=True))


def test_a_new_post_is_as_its_board(post: Post, secret: Post) -> None:
    assert not post.is_private
    assert secret.is_private


def test_it_is_as_its_board_is_now_not_as_it_was_read(a: Board, ann: Member) -> None:
    Board.objects.update(is_private=True)
    assert submit_post(author=ann, board=a, title="x").is_private


def test_posts_follow_their_board(
    a: Board,
    ann: Member,
    p: Board,
    secret: Post,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access, "POSTS_PER_BATCH", 2)
    for number in range(5):
        submit_post(author=ann, board=a, title=str(number))
    with django_capture_on_commit_callbacks(execute=True):
        change(a, is_private=True)
    assert flags(a) == {True}
    assert titles(Client(), "/") == []
    with django_capture_on_commit_callbacks(execute=True):
        change(a, is_private=False)
        change(p, is_private=False)
    assert flags(a) == flags(p) == {False}
    assert len(titles(Client(), "/")) == 6


def test_they_are_hidden_before_they_are_told(a: Board, post: Post) -> None:
    change(a, is_private=True)  # and nothing after the commit
    assert titles(Client(), "/") == []
    assert recount() == (3, {"posts": {"is_private": 1}, "comments": {}, "boards": {}})
    assert recount("--apply")[0] == 0
    assert flags(a) == {True}


def test_nothing_is_told_if_nothing_changed(
    a: Board, post: Post, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as told:
        change(a, is_private=False)
    assert not told


def test_an_archive_for_a_private_board(archive: Importer, p: Board, a: Board) -> None:
    archive([submission("x1", subreddit="board_p"), submission("x2", subreddit="board_a")])
    assert flags(p) == {True}
    assert flags(a) == {False}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 23, 59, 59, 999_999, UTC),
        datetime(2026, 11, 23, tzinfo=UTC),
        datetime(2026, 11, 23, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(1969, 12, 29, tzinfo=UTC),
        datetime(1969, 12, 28, 12, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1, 1, 8, tzinfo=UTC),
    ],
)
def test_the_database_counts_weeks_as_python_does(a: Board, moment: datetime) -> None:
    post = Post.objects.create(board=a, title="x", slug="x", created_at=moment)
    post.refresh_from_db()
    assert post.created_week == week_of(moment)
    assert start_of(week_of(moment)) <= moment < start_of(week_of(moment) + 1)
    assert start_of(week_of(moment)).weekday() == 0
    # Whatever is written later.
    Post.objects.filter(pk=post.pk).update(created_at=moment + timedelta(weeks=3))
    post.refresh_from_db()
    assert post.created_week == week_of(moment) + 3
