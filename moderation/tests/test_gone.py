"""What was reported goes before anybody decided: its case ends, and reporters learn it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment
from discussions.actions.posts import delete_post
from discussions.actions.purge import purge_board, purge_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.actions import mark_read
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Case, Report

pytestmark = pytest.mark.django_db

GONE = "Your report of a {} in b/board_a: what you reported is gone"


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_a_text_that_its_author_deletes_waits_no_more(
    kind: str, a: Board, post: Post, comment: Comment, ann: Member, ben: Member, pam: Member
) -> None:
    target: Post | Comment = post if kind == "post" else comment
    for reporter in (ben, pam):
        assert report(reporter=reporter, board=a, target=target, reason="Rude.")
    if isinstance(target, Post):
        delete_post(author=ann, post=target)
    else:
        delete_comment(author=ann, comment=target)
    case = Case.objects.get()
    assert case.closed_at is not None
    assert (case.closed_by, case.approved) == (None, False)
    assert {one.outcome for one in Report.objects.all()} == {Report.Outcome.GONE}
    told = Letter.objects.filter(kind=Letter.Kind.REPORT)
    said = GONE.format(kind)
    assert {(letter.recipient, letter.title) for letter in told} == {(ben, said), (pam, said)}
    assert signed_in(ben).get(told[0].url, follow=True).status_code == 200


def test_held_text_that_its_author_deletes_waits_no_more(post: Post, ann: Member) -> None:
    content.hold(post, By())
    assert Case.objects.open().exists()
    delete_post(author=ann, post=post)
    assert not Case.objects.open().exists()


def test_a_decision_about_deleted_text_that_is_taken_back_opens_nothing(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    assert report(reporter=ben, board=a, target=post, reason="Rude.")
    act = content.remove(post, By(mo))
    assert act is not None
    delete_post(author=ann, post=post)
    undo(act, By(mo))
    assert not Case.objects.open().exists()


@pytest.mark.parametrize("gone", ["account", "post", "board"])
def test_who_reported_what_is_taken_away_for_good_learns_it(
    gone: str, a: Board, post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    targets: dict[str, list[Member | Post | Comment]] = {
        "account": [ann], "post": [post, comment], "board": [post, comment, ann],
    }  # fmt: skip
    for target in targets[gone]:
        assert report(reporter=ben, board=a, target=target, reason="Rude.")
    if gone == "account":
        delete_account(member=ann)
    elif gone == "post":
        purge_post(post)
    else:
        purge_board(a)
    assert not Case.objects.exists()
    told = list(Letter.objects.filter(recipient=ben, kind=Letter.Kind.REPORT))
    said = sorted(GONE.format(type(target).__name__.lower()) for target in targets[gone])
    assert sorted(letter.title for letter in told) == said
    for letter in told:
        assert signed_in(ben).get(letter.url).status_code == 200


def test_what_was_decided_is_not_told_again(
    a: Board, post: Post, ben: Member, mo: Member, ann: Member
) -> None:
    assert report(reporter=ben, board=a, target=post, reason="Rude.")
    content.approve(post, By(mo))
    before = Letter.objects.get(recipient=ben).title
    delete_post(author=ann, post=post)
    purge_post(post)
    assert Letter.objects.get(recipient=ben).title == before


def test_what_a_deleted_account_wrote_can_still_be_decided(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    assert report(reporter=ben, board=a, target=post, reason="Rude.")
    delete_account(member=ann)
    assert Case.objects.open().exists()
    post.refresh_from_db()
    content.remove(post, By(mo))
    assert not Case.objects.open().exists()


def test_cases_from_before_are_closed_by_the_migration(
    a: Board, post: Post, comment: Comment, ben: Member
) -> None:
    for target in (post, comment):
        assert report(reporter=ben, board=a, target=target, reason="Rude.")
    Comment.objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
    import_module("moderation.migrations.0008_close_cases_of_deleted_texts").forward(apps, None)
    assert Case.objects.open().get().post == post
    assert Report.objects.get(case__comment=comment).outcome == Report.Outcome.GONE


# --- A decision that is taken back


def test_who_has_not_read_the_letter_learns_the_last_decision_alone(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    assert report(reporter=ben, board=a, target=post, reason="Rude.")
    act = content.remove(post, By(mo))
    assert act is not None
    undo(act, By(mo))
    assert not Letter.objects.filter(recipient=ben).exists()
    content.approve(post, By(mo))
    assert "found nothing wrong" in Letter.objects.get(recipient=ben).title


def test_who_has_read_it_is_told_that_it_was_taken_back(
    a: Board, post: Post, ben: Member, pam: Member, mo: Member
) -> None:
    for reporter in (ben, pam):
        assert report(reporter=reporter, board=a, target=post, reason="Rude.")
    act = content.remove(post, By(mo))
    assert act is not None
    mark_read(Letter.objects.get(recipient=ben))
    undo(act, By(mo))
    letter = Letter.objects.get(kind=Letter.Kind.REPORT)
    assert (letter.recipient, letter.read_at) == (ben, None)
    assert "taken back" in letter.title
    content.approve(post, By(mo))
    for reporter in (ben, pam):
        assert "found nothing wrong" in Letter.objects.get(recipient=reporter).title
