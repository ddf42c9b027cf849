"""What the desk asks and tells before it does something."""

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.models import Act, Case, MutedReporter

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def desk(mo: Member) -> Client:
    return signed_in(mo)


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    made = report(reporter=ben, board=a, target=post, reason="Rude")
    assert made is not None
    return made.case


def test_go_without_a_choice_asks_for_one(desk: Client, case: Case) -> None:
    page = desk.post(QUEUE, {"action": "", "_selected_action": [case.pk]}, follow=True)
    assert page.status_code == 200
    assert b"Choose what to do." in page.content


def test_the_page_that_asks_shows_the_text(desk: Client, case: Case, post: Post) -> None:
    page = desk.post(QUEUE, {"one": f"remove:{case.pk}"}).content.decode()
    assert f'href="{post.get_absolute_url()}"' in page
    assert "Its text." in page


def test_a_sweep_tells_how_much_goes_and_is_for_good(
    desk: Client, case: Case, comment: Comment
) -> None:
    page = desk.post(QUEUE, {"one": f"sweep:{case.pk}"}).content.decode()
    posts = Post.objects.live().filter(author=case.author).count()
    comments = Comment.objects.live().filter(author=case.author).count()
    assert f"Posts that will be removed: {posts}; comments: {comments}." in page
    assert 'name="days" value="0" checked' in page


def test_what_is_passed_to_the_staff_has_a_note(desk: Client, case: Case) -> None:
    page = desk.post(QUEUE, {"one": f"pass_on:{case.pk}"})
    assert "note" in page.context["form"].fields
    case.refresh_from_db()
    assert not case.for_staff
    said = {"action": "pass_on", "_selected_action": [case.pk], "confirmed": "1"}
    desk.post(QUEUE, said | {"note": "Is this the same person?"})
    assert Act.objects.get(verb="pass_on").note == "Is this the same person?"


def test_one_button_bans_from_the_site(desk: Client, post: Post, ann: Member) -> None:
    address = f"{post.address}ban/"
    assert 'name="ban_for" value="7"' in desk.get(address).content.decode()
    desk.post(address, {"ban_for": "7"})
    ban = Ban.objects.get()
    assert ban.member == post.author
    assert ban.until is not None
    assert not ban.is_mute
    assert round((ban.until - Act.objects.get().at).total_seconds() / 86_400) == 7


def test_a_muted_reporter_is_heard_again(desk: Client, case: Case, mia: Member, mo: Member) -> None:
    mute_reporter(case.reports.get(), By(mo), handle="#1")
    muted = MutedReporter.objects.get()
    chosen = {"action": "unmute", "_selected_action": [muted.pk]}
    signed_in(mia).post("/admin/moderation/mutedreporter/", chosen)
    assert MutedReporter.objects.exists()
    desk.post("/admin/moderation/mutedreporter/", chosen)
    assert not MutedReporter.objects.exists()


def test_a_board_tells_its_moderators_alone_how_many_cases_wait(
    desk: Client, case: Case, a: Board, ben: Member
) -> None:
    assert "Review queue (1)" in desk.get(a.get_absolute_url()).content.decode()
    assert "Review queue" not in signed_in(ben).get(a.get_absolute_url()).content.decode()
