"""What becomes of the reports of who reports too much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import delete_post, submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.reports import hear_again, mute_reporter, report
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
    page = desk.post(QUEUE, {"mute": made.pk, "confirmed": "1"}, follow=True).content.decode()
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


def test_it_asks_first_and_offers_to_take_it_back(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, pam: Member, mo: Member
) -> None:
    for target in (post, comment, ann):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    report(reporter=pam, board=a, target=comment, reason="Really.")
    before = list(Case.objects.order_by("pk").values())
    desk, name = signed_in(mo), handle(a.pk, ben.pk)
    fields = {"mute": str(Report.objects.get(case__post=post, reporter=ben).pk), "back": "order=x"}
    asked = desk.post(QUEUE, fields).content.decode()
    assert "2 cards that nobody else reported go from the queue." in asked
    assert ">ben<" not in asked
    assert list(Case.objects.order_by("pk").values()) == before
    page = desk.post(QUEUE, fields | {"confirmed": "1"}, follow=True).content.decode()
    muted = MutedReporter.objects.get()
    assert f'name="hear" value="{muted.pk}">Undo: hear {name} again' in page
    assert Case.objects.open().count() == 1
    page = desk.post(QUEUE, {"hear": muted.pk}, follow=True).content.decode()
    assert f"Reports of {name} are heard again. 2 cards are back." in page
    assert list(Case.objects.order_by("pk").values()) == before
    assert set(Report.objects.values_list("outcome", flat=True)) == {"open"}
    assert not MutedReporter.objects.exists()
    assert not Letter.objects.filter(kind="report").exists()


def test_hearing_again_in_the_list_brings_the_cards_back_too(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    mute_reporter(made, By(mo), handle="x")
    muted = MutedReporter.objects.get()
    fields = {"action": "unmute", "_selected_action": muted.pk}
    assert "1 card is back." in signed_in(mo).post(MUTED, fields, follow=True).content.decode()
    assert Case.objects.open().get() == made.case


def test_only_what_their_muting_closed_comes_back(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, pam: Member, mo: Member
) -> None:
    titles = ("approved", "removed", "deleted", "stays away", "approved since")
    texts = {title: submit_post(author=ann, board=a, title=title) for title in titles}
    for title in titles[:3]:
        report(reporter=ben, board=a, target=texts[title], reason="Rude.")
    content.approve(texts["approved"], By(mo), case=Case.objects.get(post=texts["approved"]))
    content.remove(texts["removed"], By(mo))
    report(reporter=pam, board=a, target=post, reason="Hers.")
    for target in (comment, texts["stays away"], texts["approved since"]):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    mine, hers = (Report.objects.filter(reporter=one).earliest("pk") for one in (ben, pam))
    for one in (mine, hers):
        mute_reporter(one, By(mo), handle="x")
    assert not Case.objects.open().exists()
    delete_post(author=ann, post=texts["deleted"])
    content.remove(texts["stays away"], By(mo))
    content.approve(texts["approved since"], By(mo), ignore_reports=True)
    assert hear_again(MutedReporter.objects.get(reporter=ben), By(mo), handle="x") == 1
    assert Case.objects.open().get().comment == comment
    assert hear_again(MutedReporter.objects.get(reporter=pam), By(mo), handle="x") == 1
    assert {case.target for case in Case.objects.open()} == {comment, post}


def test_what_two_muted_reporters_reported_comes_back_with_the_first(
    a: Board, post: Post, ben: Member, pam: Member, mo: Member
) -> None:
    made = [report(reporter=one, board=a, target=post, reason="Rude.") for one in (ben, pam)]
    for one, gone in zip(made, (0, 1), strict=True):
        assert one
        assert mute_reporter(one, By(mo), handle="x") == gone
    assert hear_again(MutedReporter.objects.get(reporter=ben), By(mo), handle="x") == 1
    assert Case.objects.open().get().report_count == 2


def test_what_somebody_else_reported_meanwhile_is_one_card(
    a: Board, post: Post, ben: Member, pam: Member, mo: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    mute_reporter(made, By(mo), handle="x")
    report(reporter=pam, board=a, target=post, reason="Really.")
    hear_again(MutedReporter.objects.get(), By(mo), handle="x")
    assert Case.objects.open().get().report_count == 2


def test_nobody_mutes_who_reported_them_nor_hears_for_other_boards(
    a: Board, post: Post, ben: Member, mo: Member, amy: Member, mia: Member
) -> None:
    about_amy = report(reporter=ben, board=a, target=amy, reason="So rude.")
    assert about_amy
    answer = signed_in(amy).post(QUEUE, {"mute": about_amy.pk})
    assert answer.status_code == 403
    assert "So rude." not in answer.content.decode()
    mute_reporter(about_amy, By(mo), handle="x")
    muted = MutedReporter.objects.get()
    assert "hear " not in signed_in(mia).get(f"{QUEUE}?muted={muted.pk}").content.decode()
    for value in (muted.pk, "x", "9" * 30):
        assert signed_in(mia).post(QUEUE, {"hear": value}).status_code == 403
    assert MutedReporter.objects.exists()
