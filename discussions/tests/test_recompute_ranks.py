"""manage.py recompute_ranks: the orders after a change of the formula."""

import json
from typing import Any

import pytest

from discussions import ranking
from discussions.models import Comment, Post
from discussions.tests.archives import run


def test_it_changes_nothing_that_is_right(comment: Comment) -> None:
    status, output = run("recompute_ranks", "--apply", "--json")
    found = json.loads(output)
    assert status == 0
    assert found["posts"]["drifted"] == found["comments"]["drifted"] == 0


def test_it_follows_a_change_of_tau(comment: Comment, settings: Any) -> None:
    before = Post.objects.get()
    settings.RANKING_TAU = 1_000
    status, output = run("recompute_ranks")
    assert status == 3
    assert "posts: 1 of 1 wrong (hot 1)" in output
    assert Post.objects.get().hot == before.hot
    assert run("recompute_ranks", "--apply")[0] == 0
    after = Post.objects.get()
    assert after.hot == pytest.approx(ranking.hot(1, after.created_at))
    assert after.hot > before.hot * 50
    assert run("recompute_ranks")[0] == 0


def test_it_puts_right_every_rank(comment: Comment) -> None:
    Post.objects.update(hot=0.0, controversy=7.0)
    Comment.objects.update(best=0.0, controversy=7.0)
    status, output = run("recompute_ranks", "--apply", "--json")
    found = json.loads(output)
    assert status == 0
    assert found["posts"]["columns"] == {"hot": 1, "controversy": 1}
    assert found["comments"]["columns"] == {"best": 1, "controversy": 1}
    post, comment = Post.objects.get(), Comment.objects.get()
    assert (post.controversy, comment.controversy) == (0.0, 0.0)
    assert post.hot == ranking.hot(1, post.created_at)
    assert comment.best == ranking.best(1, 0)


def test_a_hair_is_no_difference(comment: Comment) -> None:
    Comment.objects.update(best=ranking.best(1, 0) + 1e-12)
    assert run("recompute_ranks")[0] == 0


def test_it_leaves_points_alone(comment: Comment) -> None:
    Comment.objects.update(ups=5, score=5, best=ranking.best(5, 0))
    assert run("recompute_ranks", "--apply")[0] == 0
    assert Comment.objects.get().ups == 5
