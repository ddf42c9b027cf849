"""The page of a board's members: offices given and taken by rank and power, and written down."""

import re

import pytest

from accounts.models import Member
from boards.models import Board, Moderator, Power
from discussions.tests.conftest import signed_in
from moderation.models import Act
from moderation.tests.test_board_settings import moderators, settings_of, state

pytestmark = pytest.mark.django_db


def offices_of(board: Board) -> dict[str, set[str]]:
    """What each moderator is trusted with, by name; owners as such."""
    return {
        office.member.username: {"owner"}
        if office.is_owner
        else {power.name for power in Power if office.may(power)}
        for office in board.moderator_set.select_related("member")
    }


def test_an_owner_appoints_with_powers_and_changes_them(a: Board, mo: Member, ben: Member) -> None:
    client = signed_in(mo)
    powers = {"username": "ben", "powers": ["may_content", "may_settings"]}
    client.post("/b/board_a/members/appoint/", powers)
    assert offices_of(a)["ben"] == {"CONTENT", "SETTINGS"}
    page = client.get("/b/board_a/members/").content.decode()
    assert 'Change<span class="visually-hidden"> what ben is trusted with</span>' in page
    client.post("/b/board_a/members/appoint/", {"username": "ben", "powers": ["may_members"]})
    assert offices_of(a)["ben"] == {"MEMBERS"}
    assert [act.verb for act in Act.objects.order_by("pk")] == ["appoint", "appoint"]


def test_the_form_of_a_moderator_says_what_they_are_trusted_with(
    a: Board, mo: Member, second: Member
) -> None:
    [own, shown] = signed_in(mo).get("/b/board_a/members/").context["moderators"]
    assert own["form"] is None
    assert shown["form"].initial["powers"] == [Power.CONTENT, Power.MEMBERS]
    assert shown["form"].initial["username"] == "second"


@pytest.mark.parametrize("owner", [False, True])
def test_owners_are_made_by_the_staff_alone(
    owner: bool, a: Board, mo: Member, stan: Member, ben: Member
) -> None:
    who = stan if owner else mo
    fields = {"username": "ben", "owner": "on"}
    signed_in(who).post("/b/board_a/members/appoint/", fields)
    assert offices_of(a)["ben"] == ({"owner"} if owner else set())


def test_an_office_is_taken_from_someone_lower(a: Board, mo: Member, second: Member) -> None:
    response = signed_in(mo).post(
        "/b/board_a/members/take-off/", {"username": "second"}, follow=True
    )
    assert "second is no longer a moderator." in response.content.decode()
    assert moderators(a) == {"moe"}
    act = Act.objects.get()
    assert (act.verb, act.actor, act.member, act.role) == ("step_down", mo, second, "owner")
    assert signed_in(second).get("/b/board_a/members/").status_code == 403


def test_what_a_moderator_is_not_trusted_with_is_neither_shown_nor_done(
    a: Board, p: Board, mo: Member, second: Member, ben: Member, pam: Member
) -> None:
    Moderator.objects.filter(member=second).update(may_members=False)
    client = signed_in(second)
    page = client.get("/b/board_p/members/").content.decode()
    for offered in ("appoint/", "take-off/", "approve/", "dismiss/", "board_p/edit/"):
        assert offered not in page
    before = state()
    for deed, name in (
        ("appoint", "ben"), ("appoint", "moe"), ("approve", "ben"), ("dismiss", "pam"),
        ("take-off", "moe"),
    ):  # fmt: skip
        sent = client.post(f"/b/board_p/members/{deed}/", {"username": name})
        assert sent.status_code == 403, (deed, name)
    assert client.post("/b/board_p/edit/", settings_of(p)).status_code == 403
    assert client.get("/b/board_p/edit/").status_code == 403
    assert state() == before
    assert not Act.objects.exists()


def test_who_is_trusted_with_moderators_is_offered_what_they_may_give(
    a: Board, mo: Member, second: Member, amy: Member, ben: Member
) -> None:
    """Amy moderates a beside the second, with content and members."""
    trust = Moderator.objects.filter(board=a, member=second)
    trust.update(may_members=False, may_moderators=True)
    client, page = signed_in(second), "/b/board_a/members/"

    def offered() -> tuple[set[str], set[str]]:
        shown = client.get(page).content.decode()
        powers = set(re.findall(r'name="powers"[^>]*value="(\w+)"', shown))
        return powers, set(re.findall(r'name="username" value="(\w+)">', shown))

    assert offered() == ({"may_content"}, set())
    before = state()
    sent = client.post(f"{page}appoint/", {"username": "ben", "powers": ["may_members"]})
    assert sent.status_code == 422
    sent = client.post(f"{page}appoint/", {"username": "amy", "powers": ["may_content"]})
    assert sent.status_code == 403
    assert client.post(f"{page}take-off/", {"username": "amy"}).status_code == 403
    assert state() == before
    sent = client.post(f"{page}appoint/", {"username": "ben", "powers": ["may_content"]})
    assert sent.status_code == 302
    assert moderators(a) == {"moe", "second", "amy", "ben"}
    assert offered() == ({"may_content"}, {"ben"})
    assert client.post(f"{page}take-off/", {"username": "ben"}).status_code == 302
    assert moderators(a) == {"moe", "second", "amy"}


def test_each_deed_of_the_page_is_in_the_log(
    p: Board, mo: Member, second: Member, ben: Member, pam: Member
) -> None:
    client = signed_in(mo)
    for deed in ("approve", "dismiss"):
        for _twice in range(2):
            client.post(f"/b/board_p/members/{deed}/", {"username": "ben"})
    signed_in(second).post("/b/board_p/members/step-down/")
    client.post("/b/board_p/edit/", settings_of(p, title="New", is_private="on"))
    client.post("/b/board_p/edit/", settings_of(p, title="New", is_private="on"))
    told = [(act.verb, act.actor, act.member) for act in Act.objects.order_by("pk")]
    assert told == [
        ("let_in", mo, ben),
        ("dismiss", mo, ben),
        ("resign", second, second),
        ("settings", mo, None),
    ]
    log = signed_in(pam).get("/b/board_p/modlog/").content.decode()
    assert "stepped down as a moderator" in log
    # Who is let in is between the moderators and the member.
    assert "ben" not in log
