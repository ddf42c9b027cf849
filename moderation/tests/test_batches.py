"""A spammer's many texts, removed in one batch and shown again in one call."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from inbox.models import Letter
from moderation.actions.batches import ban_and_remove, undo_batch
from moderation.actions.content import hold, remove, restore
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case, Report


def everything(*models: Any) -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def spam(member: Member, board: Board, posts: int, comments: int = 0) -> None:
    """Set by set, for speed."""
    Post.objects.bulk_create(
        Post(board=board, author=member, title=f"Buy {number}", text="Buy!")
        for number in range(posts)
    )
    Board.objects.filter(pk=board.pk).update(post_count=Post.objects.filter(board=board).count())


@pytest.fixture
def spammer(a: Board, p: Board, post: Post, comment: Comment, ann: Member) -> Member:
    member = Member.objects.create_user("spammer")
    reply(author=member, post=post, text="u/ben, buy!")
    reply(author=member, post=post, parent=comment, text="Buy!")
    mine = submit_post(author=member, board=a, title="Buy")
    reply(author=ann, post=mine, text="No.")
    return member


def test_it_is_done_and_undone_and_touches_nothing_else(
    a: Board, mia: Member, spammer: Member, ann: Member, ben: Member, mo: Member
) -> None:
    elsewhere = submit_post(author=spammer, board=Board.objects.get(name="board_m"), title="Hi")
    gone = submit_post(author=spammer, board=a, title="Removed before")
    remove(gone, By(mo))
    report(reporter=ben, board=a, target=Post.objects.get(title="Buy"), reason="Spam.")
    letters = set(Letter.objects.values_list("recipient", "subject_key", "title"))
    before = everything(Post, Comment, Board, Case, Report, Ban)
    batch = ban_and_remove(spammer, a, By(mo), reason="Spam.")
    left = [*Post.objects.live().filter(author=spammer)]
    left += Comment.objects.live().filter(author=spammer)
    assert left == [elsewhere]
    assert Ban.objects.get().member == spammer
    assert Act.objects.filter(batch=batch).count() == 4
    assert Letter.objects.filter(recipient=spammer, title__contains="banned").count() == 1
    assert not Letter.objects.filter(sender=spammer).exists()
    assert set(Letter.objects.filter(sender=ann).values_list("title", flat=True)) == {"[removed]"}
    assert undo_batch(batch, By(mo)) == (4, 0)
    assert everything(Post, Comment, Board, Case, Report, Ban) == before
    after = set(Letter.objects.values_list("recipient", "subject_key", "title"))
    # What the spammer wrote to others is not sent again.
    assert {letter for letter in letters - after if letter[0] not in (ann.pk, ben.pk)} == set()
    new = {title for _to, _key, title in after - letters}
    assert new == {"You may take part in b/board_a again"}
    assert undo_batch(batch, By(mo)) == (0, 0)


def test_what_was_held_before_is_held_again(a: Board, spammer: Member, mo: Member) -> None:
    mine = Post.objects.get(author=spammer)
    hold(mine, By(mo))
    by = By(mo, batch=uuid4())
    remove(mine, by)
    assert by.batch
    assert undo_batch(by.batch, By(mo)) == (1, 0)
    mine.refresh_from_db()
    assert mine.is_held
    assert Case.objects.open().get().kind == Case.Kind.HELD


def test_what_was_decided_since_stays(a: Board, spammer: Member, mo: Member) -> None:
    batch = ban_and_remove(spammer, a, By(mo))
    mine = Post.objects.get(author=spammer)
    restore(mine, By(mo))
    remove(mine, By(mo))
    assert undo_batch(batch, By(mo)) == (3, 1)
    mine.refresh_from_db()
    assert not mine.is_live


def test_five_hundred_posts_take_few_queries(a: Board, mo: Member) -> None:
    spammer = Member.objects.create_user("spammer")
    counts = []
    for number in (100, 500):
        spam(spammer, a, number)
        with CaptureQueriesContext(
            connection,
        ) as removing:
            batch = ban_and_remove(spammer, a, By(mo))
        assert not Post.objects.live().filter(author=spammer).exists()
        with CaptureQueriesContext(connection) as undoing:
            assert undo_batch(batch, By(mo)) == (number + 1, 0)
        assert Post.objects.live().filter(author=spammer).count() == number
        counts.append((len(removing), len(undoing)))
        Post.objects.all().delete()
    assert max(counts[1]) < 150, counts
    a.refresh_from_db()
    assert a.post_count == 500
