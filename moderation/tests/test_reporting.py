"""Members report posts, comments and members on the site."""

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import edit_post, submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter
from moderation.models import Case, MutedReporter, Report


@pytest.fixture
def ruled(a: Board) -> Board:
    Board.objects.filter(pk=a.pk).update(rules="Mind:\n\n1. Be *kind*.\n2. No ads.\n   - none\n")
    return a


def test_rules_are_told_one_by_one(ruled: Board) -> None:
    ruled.refresh_from_db()
    assert ruled.rule_titles == ["Be kind.", "No ads."]


def test_a_post_is_reported_by_a_rule_once(ruled: Board, post: Post, ben: Member) -> None:
    client = signed_in(ben)
    assert b"Be kind." in client.get(f"{post.address}report/").content
    for _twice in range(2):
        answer = client.post(f"{post.address}report/", {"rule": "Be kind."}, follow=True)
        assert b"Thank you." in answer.content
    report = Report.objects.get()
    assert (report.rule, report.reporter, report.case.post) == ("Be kind.", ben, post)
    assert Case.objects.get().report_count == 1


def test_a_comment_is_reported_for_an_own_reason(comment: Comment, ben: Member) -> None:
    signed_in(ben).post(f"{comment.address}report/", {"reason": "It is rude."})
    assert Report.objects.get().reason == "It is rude."


@pytest.mark.parametrize("sent", [{}, {"reason": "  "}, {"rule": "No such rule"}])
def test_it_wants_a_reason(ruled: Board, post: Post, ben: Member, sent: dict[str, str]) -> None:
    assert signed_in(ben).post(f"{post.address}report/", sent).status_code == 422
    assert not Report.objects.exists()


def test_a_guest_is_led_to_sign_in(post: Post) -> None:
    assert f'href="{post.address}report/"'.encode() in Client().get(post.get_absolute_url()).content
    answer = Client().get(f"{post.address}report/")
    assert answer["Location"].startswith("/login/?next=")


def test_nobody_reports_their_own(post: Post, ann: Member) -> None:
    client = signed_in(ann)
    assert client.post(f"{post.address}report/", {"reason": "x"}).status_code == 403
    assert b"/report/" not in client.get(post.get_absolute_url()).content


def test_a_private_post_answers_as_nothing(secret: Post, ben: Member) -> None:
    assert signed_in(ben).post(f"{secret.address}report/", {"reason": "x"}).status_code == 404


def test_a_member_is_reported_on_a_board_where_they_wrote(
    post: Post, secret: Post, a: Board, ann: Member, ben: Member
) -> None:
    client, address = signed_in(ben), "/u/ann/report/"
    assert client.post(address, {"board": "board_p", "reason": "x"}).status_code == 422
    client.post(address, {"board": a.name, "reason": "Follows me around"})
    case = Case.objects.get()
    assert (case.board, case.member) == (a, ann)


def test_the_boards_to_choose_from_are_those_one_reads(secret: Post, ben: Member) -> None:
    assert b"board_p" not in signed_in(ben).get("/u/pam/report/").content


def answer_to_opening(client: Client, text: Post) -> str:
    return client.get(f"{text.address}report/", follow=True).content.decode()


def test_who_reported_it_is_told_that_it_waits(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    client = signed_in(ben)
    client.post(f"{post.address}report/", {"reason": "Rude."})
    assert "You reported this already." in answer_to_opening(client, post)
    content.approve(post, By(mo), case=Case.objects.get())
    assert 'name="reason"' in answer_to_opening(client, post), "answered: it can be reported anew"


def test_who_is_muted_is_told_the_same(a: Board, post: Post, ben: Member, mo: Member) -> None:
    client, other = signed_in(ben), submit_post(author=mo, board=a, title="Other")
    client.post(f"{post.address}report/", {"reason": "Rude."})
    mute_reporter(Report.objects.get(), By(mo), handle="x")
    client.post(f"{other.address}report/", {"reason": "Rude."})
    assert Report.objects.count() == 1
    for text in (post, other):
        assert "You reported this already." in answer_to_opening(client, text)


@pytest.mark.parametrize("muted", [False, True])
def test_what_takes_no_more_reports_says_so(
    muted: bool, a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    if muted:
        MutedReporter.objects.create(board=a, reporter=ben)
    content.approve(post, By(mo), ignore_reports=True)
    client = signed_in(ben)
    for answer in (
        answer_to_opening(client, post),
        client.post(f"{post.address}report/", {"reason": "x"}, follow=True).content.decode(),
    ):
        assert "take no more reports of it until it is edited" in answer
        assert "Thank you" not in answer
    edit_post(editor=ann, post=post, title=post.title, text="Edited.")
    assert 'name="reason"' in answer_to_opening(client, post)


def test_a_moderator_reports_what_is_out_of_their_reach(
    a: Board, post: Post, comment: Comment, mo: Member, amy: Member
) -> None:
    """Of an owner; what they can act on themselves they need not report, nor their own."""
    thread = submit_post(author=mo, board=a, title="The owner's")
    theirs = reply(author=mo, post=thread, text="The owner's.")
    own = reply(author=amy, post=thread, text="Mine.")
    page = signed_in(amy).get(thread.get_absolute_url()).content.decode()
    assert f'href="{thread.address}report/"' in page
    assert f'href="{theirs.address}report/"' in page
    assert f'href="{own.address}report/"' not in page
    page = signed_in(amy).get(post.get_absolute_url()).content.decode()
    assert "/report/" not in page
    page = signed_in(mo).get(thread.get_absolute_url()).content.decode()
    assert "/report/" not in page
