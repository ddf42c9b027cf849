"""Reports: one open one a member and target, by somebody the moderators don't know."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import edit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import cases, content
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.models import Act, Case, Report


def test_reports_gather_on_one_case(a: Board, post: Post, ben: Member, pam: Member) -> None:
    first = report(reporter=ben, board=a, target=post, reason="x")
    assert report(reporter=ben, board=a, target=post, rule="again") == first
    report(reporter=pam, board=a, target=post, rule="Rule 1")
    case = Case.objects.get()
    assert (case.report_count, case.kind, Report.objects.count()) == (2, "reported", 2)


def test_once_decided_it_may_be_reported_again(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    report(reporter=ben, board=a, target=post, reason="x")
    content.approve(post, By(mo))
    assert Letter.objects.get(recipient=ben).kind == Letter.Kind.REPORT
    report(reporter=ben, board=a, target=post, reason="x")
    assert Case.objects.open().count() == 1
    assert Case.objects.count() == 2


def test_what_is_gone_is_not_reported(
    a: Board, post: Post, comment: Comment, ben: Member, mo: Member
) -> None:
    for text in (post, comment):
        content.remove(text, By(mo))
        stale = type(text)._default_manager.get(pk=text.pk)
        stale.removed_at = None
        with pytest.raises(PermissionDenied, match="gone"):
            report(reporter=ben, board=a, target=stale, reason="x")
    assert not Case.objects.exists()


def test_a_muted_reporter_is_heard_no_more(
    a: Board, p: Board, post: Post, comment: Comment, ben: Member, mo: Member, mia: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="x")
    assert made
    with pytest.raises(PermissionDenied):
        mute_reporter(made, By(mia), handle="#1")
    mute_reporter(made, By(mo), handle="#1")
    mute_reporter(made, By(mo), handle="#1")
    told = Act.objects.values_list("actor", "board", "member", "note")
    assert list(told) == [(mo.pk, a.pk, None, "reports of #1: muted")]
    assert report(reporter=ben, board=a, target=comment, reason="x") is None
    assert Report.objects.count() == 1
    assert not Letter.objects.exists()


def test_a_case_is_claimed_and_passed_on(a: Board, post: Post, ben: Member, amy: Member) -> None:
    made = report(reporter=ben, board=a, target=post, reason="x")
    assert made
    for deed in (lambda: cases.claim(made.case, ben), lambda: cases.pass_on(made.case, By(ben))):
        with pytest.raises(PermissionDenied):
            deed()
    assert cases.claim(made.case, amy)
    assert not cases.claim(made.case, amy)
    with pytest.raises(PermissionDenied):
        cases.release(made.case, By(ben))
    cases.release(made.case, By(amy))
    assert cases.claim(made.case, amy)
    cases.pass_on(made.case, By(amy))
    cases.pass_on(made.case, By(amy))
    made.case.refresh_from_db()
    assert made.case.for_staff
    assert [act.verb for act in Act.objects.all()] == ["pass_on"]


def test_who_was_deactivated_takes_no_part(post: Post, ben: Member) -> None:
    """security.md, case 15: the session was opened before."""
    client = signed_in(ben)
    Member.objects.filter(pk=ben.pk).update(is_active=False)
    for deed, fields in (("reply", {"text": "x"}), ("vote", {"value": "1"})):
        answer = client.post(f"{post.address}{deed}/", fields)
        assert answer.status_code in (302, 403)
        assert "/login/" in answer.get("Location", "/login/")
    assert not Comment.objects.exists()
    post.refresh_from_db()
    assert post.score == 1


def test_nobody_reports_their_own(a: Board, post: Post, comment: Comment, ann: Member) -> None:
    for target in (post, comment, ann):
        with pytest.raises(PermissionDenied):
            report(reporter=ann, board=a, target=target, reason="x")
    assert not Report.objects.exists()


def test_an_edit_leaves_what_is_reported_among_the_reports(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    content.approve(post, By(mo))
    other = Member.objects.create_user("cid", "a long password")
    report(reporter=other, board=a, target=post, reason="Rude.")
    edit_post(editor=ann, post=post, title=post.title, text="Better now.")
    case = Case.objects.open().get()
    assert (case.kind, case.report_count) == (Case.Kind.REPORTED, 1)
