"""What becomes of the reports of who reports too much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.models import Case, MutedReporter, Report
from moderation.queue import handle

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"
MUTED = "/admin/moderation/mutedreporter/"


def test_what_nobody_else_reported_goes(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, pam: Member, mo: Member
) -> None:
    for target in (post, comment, ann):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    report(reporter=pam, board=a, target=comment, reason="Really.")
    made = Report.objects.get(reporter=ben, case__post=post)
    desk, name = signed_in(mo), handle(a.pk, ben.pk)
    page = desk.post(QUEUE, {"mute": made.pk}, follow=True).content.decode()
    assert f"Reports of {name} count no more. 2 cards went with them." in page
    assert f'<a href="{MUTED}">Muted reporters</a>' in page
    assert Case.objects.open().get().comment == comment
    assert not Letter.objects.filter(kind="report").exists()
    made = Report.objects.get(reporter=pam)
    assert mute_reporter(made, By(mo), handle="x") == 1
    assert not Case.objects.open().exists()


def test_what_a_rule_or_the_staff_look_at_stays(
    a: Board, post: Post, comment: Comment, ben: Member, mo: Member
) -> None:
    for target in (post, comment):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    Case.objects.filter(post=post).update(rule="Words")
    Case.objects.filter(comment=comment).update(for_staff=True)
    made = Report.objects.get(case__post=post)
    assert mute_reporter(made, By(mo), handle="x") == 0
    assert Case.objects.open().count() == 2


def test_the_page_says_which_handle_reported_what(
    a: Board, post: Post, ann: Member, ben: Member, pam: Member, mo: Member
) -> None:
    report(reporter=ben, board=a, target=post, reason="So rude.")
    report(reporter=ben, board=a, target=mo, reason="About moe.")
    MutedReporter.objects.create(board=a, reporter=ben)
    desk = signed_in(mo)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(MUTED).status_code == 200
        return len(asked)

    page = desk.get(MUTED).content.decode()
    case = Case.objects.get(post=post)
    for words in (handle(a.pk, ben.pk), f"{QUEUE}{case.pk}/change/", "A first post", "So rude."):
        assert words in page
    assert "About moe." not in page, "nobody sees what is reported of themselves"
    assert ">ben<" not in page
    before = queries()
    report(reporter=pam, board=a, target=submit_post(author=ann, board=a, title="x"), reason="y")
    MutedReporter.objects.create(board=a, reporter=pam)
    assert queries() == before
