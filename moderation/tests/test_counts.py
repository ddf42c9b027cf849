"""What a post counts as its comments, and a board as its posts: what is there for all to read."""

from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post, Visit
from discussions.tests.conftest import signed_in
from moderation.actions import batches, content, undo
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, AutoRule


@pytest.fixture(autouse=True)
def nothing_drifts(db: None) -> Any:
    yield
    call_command("recount", stdout=StringIO())  # SystemExit if anything has drifted


def count(post: Post) -> int:
    return Post.objects.get(pk=post.pk).comment_count


@pytest.fixture
def trade(a: Board) -> AutoRule:
    return AutoRule.objects.create(board=a, name="x", words="buy", deed="hold", is_active=True)


def test_a_held_comment_counts_once_it_is_approved(
    trade: AutoRule, post: Post, comment: Comment, ben: Member, mo: Member
) -> None:
    held = reply(author=ben, post=post, parent=comment, text="buy")
    assert (held.is_held, count(post)) == (True, 1)
    page = signed_in(ben).get("/b/board_a/").content.decode()
    assert "1 comment<" in page
    act = content.approve(held, By(mo))
    assert (act is not None, count(post)) == (True, 2)
    undo.undo(act, By(mo))
    assert count(post) == 1
    content.remove(Comment.objects.get(pk=held.pk), By(mo))
    assert count(post) == 1
    content.restore(Comment.objects.get(pk=held.pk), By(mo))
    assert count(post) == 2


def test_a_comment_that_a_rule_removes_at_once_never_counted(
    trade: AutoRule, post: Post, ben: Member
) -> None:
    trade.deed = "remove"
    trade.save()
    assert not reply(author=ben, post=post, text="buy").is_live
    assert count(post) == 0


@pytest.mark.parametrize("way", ["edited", "reported", "by a moderator"])
def test_a_comment_that_is_taken_off_later_is_counted_off(
    way: str, trade: AutoRule, a: Board, post: Post, comment: Comment, mo: Member, ben: Member
) -> None:
    assert comment.author is not None
    if way == "edited":
        edit_comment(editor=comment.author, comment=comment, text="buy")
    elif way == "reported":
        AutoRule.objects.create(
            board=a, name="y", reports_at_least=1, deed="remove", is_active=True
        )
        report(reporter=ben, board=a, target=comment, reason="x")
    else:
        content.hold(comment, By(mo))
    assert count(post) == 0
    undo.undo(Act.objects.latest("pk"), By(mo))
    assert count(post) == 1


def test_what_its_author_deletes_is_counted_off_once(
    post: Post, comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    other = reply(author=ann, post=post, text="x")
    content.remove(other, By(mo))
    for text in (comment, Comment.objects.get(pk=other.pk)):
        delete_comment(author=ann, comment=text)
        assert count(post) == 0
    content.restore(Comment.objects.get(pk=other.pk), By(mo))
    assert count(post) == 0


def test_a_batch_counts_each_post_s_own(a: Board, post: Post, ann: Member, mo: Member) -> None:
    spammer = Member.objects.create_user("spammer")
    other = submit_post(author=ann, board=a, title="y")
    for where, times in ((post, 3), (other, 1)):
        for number in range(times):
            reply(author=spammer, post=where, text=f"{number}")
    reply(author=ann, post=other, text="stays")
    gone = Comment.objects.filter(author=spammer, post=post).earliest("pk")
    delete_comment(author=spammer, comment=gone)
    batch = batches.ban_and_remove(spammer, a, By(mo))
    assert (count(post), count(other)) == (0, 1)
    delete_comment(
        author=spammer,
        comment=Comment.objects.filter(author=spammer, post=post, deleted_at=None).earliest("pk"),
    )
    batches.undo_batch(batch, By(mo))
    assert (count(post), count(other)) == (1, 2)


def test_who_saw_more_than_there_is_left_is_told_of_what_comes(
    post: Post, comment: Comment, ben: Member, ann: Member, mo: Member
) -> None:
    client = signed_in(ben)
    client.get(post.get_absolute_url())
    content.remove(comment, By(mo))
    client.get(post.get_absolute_url())
    assert Visit.objects.get(member=ben).comment_count == 0
    reply(author=ann, post=post, text="x")
    assert "1 new" in client.get("/b/board_a/").content.decode()


def test_ones_own_comment_is_not_new_once_it_is_approved(
    trade: AutoRule, post: Post, ben: Member, mo: Member
) -> None:
    client = signed_in(ben)
    client.get(post.get_absolute_url())
    content.approve(reply(author=ben, post=post, text="buy"), By(mo))
    assert "1 new" not in client.get("/b/board_a/").content.decode()


def test_counts_from_before_are_made_anew(
    a: Board, post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    other = submit_post(author=ann, board=a, title="y")
    content.remove(reply(author=ann, post=other, text="x"), By(mo))
    content.remove(reply(author=ann, post=post, text="x"), By(mo))
    Post.objects.update(comment_count=2)
    import_module("discussions.migrations.0006_count_live_comments").count(apps, None)
    assert (count(post), count(other)) == (1, 0)
