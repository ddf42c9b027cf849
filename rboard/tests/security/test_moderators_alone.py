"""A moderator, and the staff, at the desk of a board that is not theirs (cases 16 and 17)."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.posts import submit_post
from moderation.actions import content
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.people import ban
from moderation.actions.reports import report
from moderation.admin.queues.deeds import CASE_DEEDS
from moderation.models import Act, Appeal, Case, JoinRequest, Report
from rboard.tests.security.browser import Browser
from rboard.tests.security.database import unchanged

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"
# What a visit leaves: the session, with the message that refuses.
BUT = ("django_session",)


@dataclass
class Desk:
    """What waits on the board of mia."""

    board: Board
    case: Case
    report: Report
    act: Act
    ban: Ban
    appeal: Appeal
    request: JoinRequest


@pytest.fixture
def desk(mia: Member, ben: Member, ann: Member, pam: Member) -> Desk:
    board = Board.objects.get(name="board_m")
    reported = submit_post(author=ben, board=board, title="Reported")
    removed = submit_post(author=ben, board=board, title="Removed")
    made = report(reporter=ann, board=board, target=reported, reason="Rude.")
    act = content.remove(removed, By(mia, batch=uuid4()), reason="Rude.")
    assert made is not None
    assert act is not None
    ban(pam, board, By(mia))
    return Desk(
        board=board,
        case=made.case,
        report=made,
        act=act,
        ban=Ban.objects.get(),
        appeal=appeal(member=ben, act=act, text="Why?"),
        request=JoinRequest.objects.create(board=board, member=pam),
    )


@pytest.mark.parametrize("visitor", ["amy", "stan"])
def test_the_queue_takes_no_case_of_another_board(
    visitor: str, desk: Desk, amy: Member, stan: Member
) -> None:
    browser = Browser({"amy": amy, "stan": stan}[visitor])
    browser.get("/admin/")
    said = {"confirmed": "1", "reason": "Mine.", "note": "Mine.", "days": "3"}
    pk = str(desk.case.pk)
    forged = [{"one": f"{deed.name}:{pk}"} | said for deed in CASE_DEEDS]
    forged += [{"action": deed.name, "_selected_action": pk} | said for deed in CASE_DEEDS]
    forged += [{"undo": str(desk.act.batch)}, {"mute": str(desk.report.pk)}]
    with unchanged(*BUT):
        for fields in forged:
            assert browser.raw_form(QUEUE, fields).status_code == 403, fields


@pytest.mark.parametrize("visitor", ["amy", "stan"])
def test_no_other_list_takes_a_choice_of_another_board(
    visitor: str, desk: Desk, amy: Member, stan: Member
) -> None:
    browser = Browser({"amy": amy, "stan": stan}[visitor])
    browser.get("/admin/")
    forged = [
        ("/admin/moderation/act/", "take_back", desk.act),
        ("/admin/boards/ban/", "lift", desk.ban),
        ("/admin/moderation/joinrequest/", "grant", desk.request),
        ("/admin/moderation/joinrequest/", "refuse", desk.request),
    ]
    with unchanged(*BUT):
        for path, action, chosen in forged:
            for row in (desk.case, chosen):
                fields = {"action": action, "_selected_action": str(row.pk)}
                assert browser.raw_form(path, fields).status_code in {302, 403}, path


@pytest.mark.parametrize("visitor", ["amy", "stan"])
def test_no_form_of_another_board_is_taken(
    visitor: str, desk: Desk, amy: Member, stan: Member
) -> None:
    """Those of the admin, and the buttons on the site where they need an office there."""
    browser = Browser({"amy": amy, "stan": stan}[visitor])
    browser.get("/admin/")
    people = {"moderator_set-TOTAL_FORMS": "1", "moderator_set-INITIAL_FORMS": "0"}
    people |= {"moderator_set-0-member": str(amy.pk)}
    forged = [
        (f"/admin/boards/board/{desk.board.pk}/change/", {"title": "Mine", **people}),
        (f"/admin/moderation/appeal/{desk.appeal.pk}/change/", {"state": "overturned"}),
    ]
    if visitor == "amy":
        forged += [
            (f"/acts/{desk.act.pk}/undo/", {}),
            ("/b/board_m/edit/", {"title": "Mine"}),
            ("/b/board_m/members/appoint/", {"username": "amy", "owner": "on"}),
            ("/b/board_m/members/take-off/", {"username": "mia"}),
        ]
    with unchanged(*BUT):
        for path, fields in forged:
            assert browser.raw_form(path, fields).status_code in {302, 403, 404}, path


@pytest.mark.parametrize("visitor", ["amy", "mo", "stan"])
def test_nobody_makes_a_superuser_of_anybody(
    visitor: str, amy: Member, mo: Member, stan: Member, ben: Member
) -> None:
    """Case 17, also for those who look after the board, and for oneself."""
    who = {"amy": amy, "mo": mo, "stan": stan}[visitor]
    browser = Browser(who)
    browser.get("/admin/")
    fields = {"username": "x", "is_superuser": "on", "is_staff": "on", "is_active": "on"}
    with unchanged(*BUT):
        for member in (ben, who):
            for page in ("change", "delete", "password"):
                path = f"/admin/accounts/member/{member.pk}/{page}/"
                sent = browser.raw_form(path, fields | {"post": "yes"})
                assert sent.status_code in {403, 404}, path
        assert browser.raw_form("/admin/accounts/member/add/", fields).status_code == 403
