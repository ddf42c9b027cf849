"""What is done with posts and comments: who may, what follows, and that it can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Moderator
from discussions.actions.comments import reply
from discussions.actions.posts import edit_post, submit_post
from discussions.actions.purge import purge_post
from discussions.models import Comment, Post
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.batches import undo_batch
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Case, Report
from moderation.tests.conftest import row

SOON = timezone.now() + timedelta(days=1)
DEEDS: dict[str, Callable[[Any, By], Act | None]] = {
    "remove": lambda text, by: content.remove(text, by, reason="Rule 1."),
    "spam": lambda text, by: content.remove(text, by, spam=True),
    "hold": lambda text, by: content.hold(text, by),
    "approve": lambda text, by: content.approve(text, by, ignore_reports=True),
    "lock": lambda text, by: content.set_locked(text, by, locked=True),
    "pin": lambda text, by: content.set_pinned(text, by, until=SOON),
    "label": lambda text, by: content.set_labels(text, by, nsfw=True, spoiler=True),
}
OF_POSTS = ("pin", "label")
TARGETS = [(deed, what) for deed in DEEDS for what in ("post", "comment")]
TARGETS = [(d, w) for d, w in TARGETS if w == "post" or d not in OF_POSTS]


@pytest.mark.parametrize(("deed", "what"), TARGETS)
def test_each_deed_is_written_down_and_taken_back(
    deed: str, what: str, post: Post, comment: Comment, a: Board, amy: Member, mo: Member
) -> None:
    target = post if what == "post" else comment
    before, board = row(target), row(a)
    act = DEEDS[deed](target, By(amy))
    assert act is not None
    assert (act.verb, act.actor, act.role, act.board) == (deed, amy, "moderator", a)
    assert (act.post or act.comment, act.member) == (target, target.author)
    assert act.snapshot == target.text
    assert act.version == target.created_at
    assert deed == "approve" or row(target) != before
    undone = undo(act, By(mo))
    assert undone.undoes == act
    assert (row(target), row(a)) == (before, board)
    with pytest.raises(ValidationError, match="taken back"):
        undo(act, By(mo))


@pytest.mark.parametrize("deed", DEEDS)
def test_only_who_may_does_it(
    deed: str, post: Post, amy: Member, ben: Member, mia: Member, stan: Member
) -> None:
    Moderator.objects.filter(member=amy).update(may_content=False)
    for member in (ben, mia, amy):
        with pytest.raises(PermissionDenied):
            DEEDS[deed](post, By(member))
    assert not Act.objects.exists()
    act = DEEDS[deed](post, By(stan))
    assert act
    assert act.role == "staff"


@pytest.mark.parametrize("deed", ["remove", "spam", "hold", "lock"])
def test_nobody_acts_against_equal_or_higher_rank(
    deed: str, a: Board, mo: Member, amy: Member, stan: Member
) -> None:
    from_owner = submit_post(board=a, author=mo, title="x")
    from_moderator = submit_post(board=a, author=amy, title="y")
    other = Member.objects.create_user("other")
    Moderator.objects.create(board=a, member=other)
    for actor, target in ((amy, from_owner), (other, from_moderator)):
        with pytest.raises(PermissionDenied, match="rank"):
            DEEDS[deed](target, By(actor))
    assert DEEDS[deed](from_moderator, By(mo))
    assert DEEDS[deed](from_owner, By(stan))


def test_nobody_shows_their_own_text_again_that_others_removed(
    a: Board, mo: Member, amy: Member
) -> None:
    mine = submit_post(board=a, author=amy, title="y")
    act = content.remove(mine, By(mo))
    assert act
    with pytest.raises(PermissionDenied, match="you wrote it"):
        content.restore(mine, By(amy))
    with pytest.raises(PermissionDenied, match="you wrote it"):
        undo(act, By(amy))
    undo(act, By(mo))
    content.remove(mine, By(amy))
    content.restore(mine, By(amy))
    mine.refresh_from_db()
    assert mine.is_live


def test_what_says_so_already_is_no_act(post: Post, mo: Member) -> None:
    assert content.remove(post, By(mo))
    assert content.remove(post, By(mo)) is None
    assert content.restore(post, By(mo))
    assert content.restore(post, By(mo)) is None
    assert content.approve(post, By(mo)) is None
    assert Act.objects.count() == 2


def test_the_board_counts_what_is_there(a: Board, post: Post, mo: Member) -> None:
    for deed, count in ((content.remove, 0), (content.restore, 1)):
        deed(post, By(mo))
        a.refresh_from_db()
        assert a.post_count == count


def test_a_removal_closes_the_case_and_tells_both(
    post: Post, a: Board, mo: Member, ben: Member, ann: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    content.remove(post, By(mo), reason="Be kind.")
    made.refresh_from_db()
    assert made.outcome == Report.Outcome.ACTED
    assert made.case.closed_by == mo
    assert not made.case.approved
    to_author = Letter.objects.get(recipient=ann)
    assert to_author.title == "Your post “A first post” was removed from b/board_a"
    assert to_author.excerpt.startswith("Be kind. You can appeal until ")
    assert to_author.sender is None
    to_reporter = Letter.objects.get(recipient=ben)
    assert to_reporter.kind == Letter.Kind.REPORT
    assert to_reporter.title == "Your report of a post in b/board_a: it was removed"
    assert "moe" not in str(vars(to_reporter))


def test_a_second_decision_is_told(post: Post, a: Board, mo: Member, amy: Member) -> None:
    made = report(reporter=amy, board=a, target=post, reason="Rude.")
    assert made
    content.remove(post, By(mo), case=made.case)
    for decide in (content.remove, content.approve):
        with pytest.raises(ValidationError, match="decided"):
            decide(post, By(amy), case=made.case)
    assert Act.objects.count() == 1


@pytest.mark.parametrize("deed", ["remove", "approve"])
def test_undoing_puts_the_case_back_with_its_reports(
    deed: str, post: Post, a: Board, mo: Member, ben: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    case, reported = row(made.case), row(made)
    act = DEEDS[deed](post, By(mo))
    assert act
    assert row(made.case) != case
    undo(act, By(mo))
    assert (row(made.case), row(made)) == (case, reported)
    assert not Letter.objects.exists()
    again = DEEDS[deed](post, By(mo))
    assert again
    assert Letter.objects.filter(recipient=ben).count() == 1


def test_what_was_done_since_stays(post: Post, mo: Member) -> None:
    act = content.remove(post, By(mo))
    assert act
    content.restore(post, By(mo))
    before = row(post)
    with pytest.raises(ValidationError, match="since"):
        undo(act, By(mo))
    assert row(post) == before
    post.delete()
    with pytest.raises(ValidationError, match="gone"):
        undo(act, By(mo))


def test_a_batch_is_undone_together(post: Post, comment: Comment, mo: Member) -> None:
    before = row(post), row(comment)
    by = By(mo, batch=uuid4())
    content.remove(post, by)
    content.set_locked(comment, by, locked=True)
    assert by.batch
    assert undo_batch(by.batch, By(mo)) == (2, 0)
    assert (row(post), row(comment)) == before
    assert undo_batch(by.batch, By(mo)) == (0, 0)


def test_whose_moderator_has_gone_can_still_be_undone(
    post: Post, a: Board, amy: Member, mo: Member
) -> None:
    act = content.remove(post, By(amy))
    assert act
    amy.delete()
    undo(act, By(mo))
    post.refresh_from_db()
    assert post.is_live


def test_held_text_is_told_of_when_it_is_approved(
    post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    held = reply(author=ben, post=post, text="u/moe, look")
    content.hold(held, By(mo))
    assert not Letter.objects.filter(sender=ben).exists()
    content.approve(held, By(mo))
    kinds = dict(Letter.objects.filter(sender=ben).values_list("recipient__username", "kind"))
    assert kinds == {"ann": "post_reply", "moe": "mention"}


@pytest.mark.parametrize("reported", [True, False])
def test_held_text_is_in_the_queue_until_the_hold_is_taken_back(
    reported: bool, post: Post, a: Board, ben: Member, mo: Member
) -> None:
    if reported:
        report(reporter=ben, board=a, target=post, reason="Rude.")
    act = content.hold(post, By(mo))
    assert act
    assert Case.objects.open().get().kind == Case.Kind.HELD
    undo(act, By(mo))
    kinds = list(Case.objects.open().values_list("kind", flat=True))
    assert kinds == (["reported"] if reported else [])


def test_a_closed_case_keeps_quiet_until_an_edit(
    post: Post, a: Board, ann: Member, ben: Member, mo: Member
) -> None:
    content.approve(post, By(mo), ignore_reports=True)
    assert report(reporter=ben, board=a, target=post, reason="Rude.") is None
    assert not Case.objects.open().exists()
    edit_post(editor=ann, post=post, title=post.title, text="Worse.")
    assert report(reporter=ben, board=a, target=post, reason="Rude.")


def test_what_was_purged_meanwhile_is_told_to_be_gone(
    post: Post, comment: Comment, mo: Member
) -> None:
    purge_post(Post.objects.get(pk=post.pk))
    for gone in (post, comment):
        with pytest.raises(ValidationError, match="gone for good"):
            content.remove(gone, By(mo))
