"""manage.py recount: what drifted is found, told and put right."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, models

from accounts.models import Member
from boards.actions import subscribe
from boards.models import Board
from discussions.actions.comments import delete_comment, reply
from discussions.actions.posts import delete_post, submit_post
from discussions.actions.votes import vote
from discussions.models import Comment, CommentVote, Post
from discussions.tests.archives import (
    Importer,
    archive_fixture,  # noqa: F401
    remark,
    run,
    submission,
)
from discussions.upkeep import counts, drift
from moderation.actions.content import remove
from moderation.actions.log import By


def recount(*arguments: str) -> tuple[int, dict[str, dict[str, int]]]:
    """The exit status, and of each model the columns that drifted."""
    status, output = run("recount", "--json", *arguments)
    found = json.loads(output)
    assert found.pop("applied") == ("--apply" in arguments)
    return status, {name: drifted["columns"] for name, drifted in found.items()}


NOTHING: dict[str, dict[str, int]] = {"posts": {}, "comments": {}, "boards": {}}


def test_what_members_do_drifts_nowhere(
    post: Post, comment: Comment, ann: Member, ben: Member, mo: Member, a: Board
) -> None:
    vote(voter=ben, target=post, value=-1)
    vote(voter=ben, target=comment, value=1)
    vote(voter=mo, target=comment, value=-1)
    subscribe(member=ben, board=a)
    reply(author=ben, post=post, parent=comment, text="one")
    delete_comment(author=ann, comment=comment)
    delete_post(author=ann, post=submit_post(author=ann, board=a, title="x"))
    remove(submit_post(author=ben, board=a, title="y"), By(mo))
    assert recount() == (0, NOTHING)


@pytest.mark.parametrize(
    ("model", "columns", "found"),
    [
        (Post, {"comment_count": 9}, {"comment_count": 1}),
        (Post, {"hot": 1.0}, {"hot": 1}),
        (Post, {"controversy": 1.0}, {"controversy": 1}),
        (Comment, {"best": 0.5}, {"best": 1}),
        (Comment, {"controversy": 1.0}, {"controversy": 1}),
        (Board, {"post_count": 9}, {"post_count": 1}),
        (Board, {"subscriber_count": 9}, {"subscriber_count": 1}),
        (Comment, {"ups": 5, "score": 5}, {"ups": 1, "score": 1}),
        (Post, {"downs": 3, "score": -2}, {"downs": 1, "score": 1}),
    ],
)
def test_it_finds_and_mends_each_column(
    comment: Comment,
    model: type[models.Model],
    columns: dict[str, Any],
    found: dict[str, int],
) -> None:
    name = {Post: "posts", Comment: "comments", Board: "boards"}[model]
    before = model._default_manager.values().get()
    model._default_manager.update(**columns)
    assert recount() == (3, NOTHING | {name: found})
    assert recount("--apply") == (0, NOTHING | {name: found})
    assert model._default_manager.values().get() == before
    assert recount() == (0, NOTHING)


def test_ranks_follow_the_votes_that_are_there(comment: Comment, ben: Member, mo: Member) -> None:
    vote(voter=ben, target=comment, value=1)
    before = Comment.objects.values().get()
    CommentVote.objects.create(voter=mo, target=comment, value=-1)  # counted nowhere
    _, found = recount("--apply")
    assert found["comments"] == {"downs": 1, "score": 1, "best": 1, "controversy": 1}
    after = Comment.objects.values().get()
    assert (after["ups"], after["downs"], after["score"]) == (2, 1, 1)
    assert after["best"] < before["best"]


def test_points_of_an_archive_count(archive: Importer, ben: Member) -> None:
    archive([submission(score=40)], [remark("c1", score=-7, author="eve")])
    vote(voter=ben, target=Post.objects.get(), value=-1)
    vote(voter=ben, target=Comment.objects.get(), value=1)
    assert recount() == (0, NOTHING)
    Post.objects.update(ups=1, downs=0, score=1)
    Comment.objects.update(ups=1, downs=0, score=1)
    assert recount("--apply")[0] == 0
    post, comment = Post.objects.get(), Comment.objects.get()
    assert (post.ups, post.downs, post.score) == (40, 1, 39)
    assert (comment.ups, comment.downs, comment.score) == (1, 7, -6)


def test_tombstones_count_neither_as_comments_nor_as_posts(
    post: Post, comment: Comment, ann: Member, a: Board
) -> None:
    delete_comment(author=ann, comment=comment)
    delete_post(author=ann, post=post)
    Post.objects.update(comment_count=5)
    Board.objects.update(post_count=5)
    recount("--apply")
    post.refresh_from_db()
    a.refresh_from_db()
    assert (post.comment_count, a.post_count) == (0, 0)


def test_without_being_told_it_changes_nothing(comment: Comment) -> None:
    Post.objects.update(comment_count=9)
    status, output = run("recount")
    assert status == 3
    assert Post.objects.get().comment_count == 9
    assert output.splitlines() == [
        f"posts: 1 of 1 wrong (comment_count 1), such as {comment.post_id}",
        "comments: 0 of 1 wrong",
        "boards: 0 of 1 wrong",
        "Nothing was changed: run it again with --apply to put it right.",
    ]


def test_it_goes_through_all_batches(
    post: Post, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "BATCH", 2)
    for number in range(5):
        reply(author=ann, post=post, text=str(number))
    Comment.objects.update(best=0.0)
    assert recount("--apply")[1]["comments"] == {"best": 5}
    assert recount() == (0, NOTHING)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_being_counted_is_no_drift(comment: Comment, ben: Member) -> None:
    """A batch is read, then somebody votes, then votes are counted: it looks again."""
    voter = threading.Thread(target=vote_elsewhere, args=[ben, comment])

    def expect(rows: list[drift.Row]) -> list[tuple[float, ...]]:
        if voter.ident is None:
            voter.start()
            voter.join()
        return counts.comment_counts(rows)

    found = drift.sweep(
        replace(counts.COMMENTS, expect=expect), apply=True, advance=lambda count: None
    )
    assert voter.ident is not None
    assert found.drifted == 0
    assert recount() == (0, NOTHING)


def vote_elsewhere(voter: Member, comment: Comment) -> None:
    vote(voter=voter, target=comment, value=1)
    connection.close()
