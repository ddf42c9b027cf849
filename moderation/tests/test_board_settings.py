"""What moderators change about their board: its words, who reads it, who looks after it."""

import re
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.actions import appoint, approve, dismiss, make_board, subscribe
from boards.models import ApprovedMember, Ban, Board, Moderator
from boards.tests.cast import site_staff
from discussions.actions import access
from discussions.actions.posts import submit_post
from discussions.models import Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import offices
from moderation.actions.log import By
from moderation.models import Act
from moderation.models.log import Verb

pytestmark = pytest.mark.django_db

XSS = '"><svg onload=alert(1)><script>alert(1)</script>'
DEEDS = ["appoint", "step-down", "take-off", "approve", "dismiss"]


@pytest.fixture
def stan(db: None) -> Member:
    """On the staff."""
    return site_staff("stan")


def settings_of(board: Board, **fields: Any) -> dict[str, Any]:
    return {"title": board.title, "description": "", "rules": ""} | fields


def moderators(board: Board) -> set[str]:
    return set(board.moderators.values_list("username", flat=True))


def approved(board: Board) -> set[str]:
    return set(board.approved_members.values_list("username", flat=True))


def letters(member: Member) -> int:
    return Letter.objects.of(member).count()


def state() -> list[Any]:
    """All that these pages could change."""
    models = (Board, Moderator, ApprovedMember, Letter)
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- What the board says of itself


def test_a_moderator_changes_the_words(a: Board, mo: Member) -> None:
    response = signed_in(mo).post(
        "/b/board_a/edit/", {"title": "New", "description": "*so*", "rules": "1. Yes"}
    )
    assert response["Location"] == "/b/board_a/"
    a.refresh_from_db()
    assert (a.title, a.description_html) == ("New", "<p><em>so</em></p>")
    assert "<li>Yes</li>" in a.rules_html
    assert not a.is_private


def test_the_form_comes_filled_in(a: Board, mo: Member) -> None:
    page = signed_in(mo).get("/b/board_a/edit/").content.decode()
    assert 'value="Board A"' in page
    assert "About a.</textarea>" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "\0"),
        ("title", "x" * 101),
        ("description", "x" * 10_001),
        ("rules", ">" * 500 + " deep"),
    ],
)
def test_what_does_not_fit_comes_back_with_the_error(
    a: Board, mo: Member, field: str, value: str
) -> None:
    fields = settings_of(a, rules="What I typed.") | {field: value}
    response = signed_in(mo).post("/b/board_a/edit/", fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert field == "rules" or "What I typed." in response.content.decode()
    a.refresh_from_db()
    assert a.title == "Board A"


def test_the_name_and_the_counters_are_not_in_the_form(a: Board, mo: Member) -> None:
    fields = settings_of(a, name="other", post_count="9", created_by="", rules_html="<script>")
    signed_in(mo).post("/b/board_a/edit/", fields)
    a.refresh_from_db()
    assert (a.name, a.post_count, a.created_by, a.rules_html) == ("board_a", 0, mo, "")


def test_payloads_are_shown_as_text(a: Board, mo: Member) -> None:
    client = signed_in(mo)
    client.post("/b/board_a/edit/", {"title": XSS, "description": XSS, "rules": XSS})
    for path in ("/b/board_a/", "/b/board_a/edit/", "/b/board_a/members/", "/boards/"):
        page = client.get(path).content.decode()
        assert "<svg onload" not in page
        assert "<script>alert" not in page


# --- Who reads it


@pytest.fixture
def mentioned(a: Board, ann: Member, ben: Member, pam: Member, mo: Member, stan: Member) -> Post:
    """A post on the public board that told four members, and stan of the staff."""
    return submit_post(author=ann, board=a, title="Hear", text="u/ben u/pam u/moe u/stan")


def test_a_board_that_turns_private_takes_its_letters_back(
    a: Board, mentioned: Post, mo: Member, ben: Member, pam: Member, stan: Member
) -> None:
    approve(board=a, member=pam, by=mo)
    elsewhere = make_board(maker=mo, name="elsewhere", title="Elsewhere")
    submit_post(author=mo, board=elsewhere, title="Hear", text="u/ben")
    signed_in(mo).post("/b/board_a/edit/", settings_of(a, is_private="on"))
    assert [letter.title for letter in Letter.objects.of(ben)] == ["Hear"]
    assert Letter.objects.of(ben).get().url.startswith("/b/elsewhere/")
    # stan reads every board for his office, and would keep the letter when he leaves it.
    assert [letters(member) for member in (pam, mo, stan)] == [1, 1, 0]


def test_a_board_that_turns_private_loses_its_outside_followers(
    a: Board, mo: Member, ben: Member, pam: Member
) -> None:
    approve(board=a, member=pam, by=mo)
    for member in (ben, pam):
        subscribe(member=member, board=a)
    signed_in(mo).post("/b/board_a/edit/", settings_of(a, is_private="on"))
    assert {each.member for each in a.subscriptions.all()} == {mo, pam}
    a.refresh_from_db()
    assert a.subscriber_count == 2


def test_a_board_that_stays_public_keeps_its_letters(
    a: Board, mentioned: Post, mo: Member, ben: Member
) -> None:
    signed_in(mo).post("/b/board_a/edit/", settings_of(a))
    assert letters(ben) == 1


def test_a_board_turns_public_again(p: Board, mo: Member, ben: Member) -> None:
    signed_in(mo).post("/b/board_p/edit/", settings_of(p))
    assert signed_in(ben).get("/b/board_p/about/").status_code == 200


def test_nothing_is_half_done_when_a_text_does_not_render(a: Board, mentioned: Post) -> None:
    before = state()
    with pytest.raises(ValueError, match="too deeply"):
        access.change_board(
            board=a, title="x", description="", rules=">" * 500 + " deep", is_private=True
        )
    assert state() == before


def test_a_moderator_lets_members_in_and_out(
    p: Board, secret: Post, mo: Member, ben: Member
) -> None:
    client = signed_in(mo)
    response = client.post("/b/board_p/members/approve/", {"username": "BEN"}, follow=True)
    assert "ben is approved." in response.content.decode()
    assert approved(p) == {"pam", "ben"}
    assert p.approved_set.get(member=ben).approved_by == mo
    assert signed_in(ben).get("/b/board_p/about/").status_code == 200
    response = client.post("/b/board_p/members/dismiss/", {"username": "ben"}, follow=True)
    assert "ben is no longer approved." in response.content.decode()
    assert approved(p) == {"pam"}
    assert signed_in(ben).get("/b/board_p/about/").status_code == 404


def test_who_is_dismissed_loses_letters_and_subscription(p: Board, mo: Member, pam: Member) -> None:
    submit_post(author=mo, board=p, title="Hear", text="u/pam")
    client = signed_in(pam)
    client.post("/b/board_p/subscribe/", {"subscribed": "1"})
    assert letters(pam) == 1
    signed_in(mo).post("/b/board_p/members/dismiss/", {"username": "pam"})
    p.refresh_from_db()
    assert letters(pam) == 0
    assert p.subscriber_count == 1
    assert b"Hear" not in client.get("/inbox/").content


def test_a_dismissed_moderator_still_reads(p: Board, mo: Member, second: Member) -> None:
    approve(board=p, member=second, by=mo)
    submit_post(author=mo, board=p, title="Hear", text="u/second")
    signed_in(mo).post("/b/board_p/members/dismiss/", {"username": "second"})
    assert letters(second) == 1
    assert signed_in(second).get("/b/board_p/about/").status_code == 200


def test_members_of_a_public_board_can_be_approved_before_it_turns_private(
    a: Board, mo: Member, ben: Member
) -> None:
    signed_in(mo).post("/b/board_a/members/approve/", {"username": "ben"})
    assert approved(a) == {"ben"}


# --- Who looks after it


def test_a_moderator_appoints_another(a: Board, mo: Member, ben: Member) -> None:
    response = signed_in(mo).post("/b/board_a/members/appoint/", {"username": "ben"}, follow=True)
    assert "ben is a moderator now." in response.content.decode()
    assert moderators(a) == {"moe", "ben"}
    assert a.moderator_set.get(member=ben).appointed_by == mo
    assert signed_in(ben).get("/b/board_a/members/").status_code == 200


def test_one_s_own_name_comes_back_with_the_error(a: Board, mo: Member) -> None:
    response = signed_in(mo).post("/b/board_a/members/appoint/", {"username": "Moe"})
    assert response.status_code == 422
    assert "Name somebody else." in response.content.decode()


def test_whoever_appoints_one_who_is_banned_is_told_so(a: Board, mo: Member, ben: Member) -> None:
    Ban.objects.create(board=a, member=ben)
    response = signed_in(mo).post("/b/board_a/members/appoint/", {"username": "ben"}, follow=True)
    assert "ben is banned or muted here" in response.content.decode()


def test_the_page_lists_who_since_when_and_by_whom(
    p: Board, second: Member, mo: Member, pam: Member
) -> None:
    page = signed_in(mo).get("/b/board_p/members/").content.decode()
    assert "made the board" in page
    assert 'appointed by <a href="/u/moe/">moe</a>' in page
    assert 'approved by <a href="/u/moe/">moe</a>' in page
    assert 'Dismiss<span class="visually-hidden"> pam</span>' in page


def test_a_moderator_steps_down(a: Board, mo: Member, second: Member) -> None:
    response = signed_in(second).post("/b/board_a/members/step-down/")
    assert response["Location"] == "/b/board_a/"
    assert moderators(a) == {"moe"}


def test_who_steps_down_from_a_private_board_reads_it_no_more(
    p: Board, mo: Member, second: Member
) -> None:
    submit_post(author=mo, board=p, title="Hear", text="u/second")
    client = signed_in(second)
    response = client.post("/b/board_p/members/step-down/")
    assert response["Location"] == "/boards/"
    assert client.get("/b/board_p/about/").status_code == 404
    assert letters(second) == 0


def test_the_last_moderator_stays_and_is_told(a: Board, mo: Member) -> None:
    client = signed_in(mo)
    assert b"Yes, step down" not in client.get("/b/board_a/members/").content
    response = client.post("/b/board_a/members/step-down/")
    assert response.status_code == 422
    assert "You are the last moderator." in response.content.decode()
    assert moderators(a) == {"moe"}


def test_a_moderator_who_cannot_sign_in_does_not_count(
    a: Board, mo: Member, second: Member
) -> None:
    Member.objects.filter(pk=second.pk).update(is_active=False)
    assert signed_in(mo).post("/b/board_a/members/step-down/").status_code == 422


@pytest.mark.parametrize("deed", ["appoint", "approve"])
@pytest.mark.parametrize("name", ["", "nobody", "x" * 31, "be\0n", "gone", "ghost", "<script>"])
def test_a_name_of_nobody_comes_back_with_the_error(
    a: Board, mo: Member, ben: Member, deed: str, name: str
) -> None:
    Member.objects.create_user("gone", is_active=False)
    Member.objects.create_user("ghost", imported=True)
    response = signed_in(mo).post(f"/b/board_a/members/{deed}/", {"username": name})
    assert response.status_code == 422
    assert "username" in response.context[f"{deed}_form"].errors
    assert "<script>alert" not in response.content.decode()
    assert (moderators(a), approved(a)) == ({"moe"}, set())


@pytest.mark.parametrize("name", ["", "nobody", "be\0n"])
def test_dismissing_nobody_is_a_bad_request(a: Board, mo: Member, name: str) -> None:
    response = signed_in(mo).post("/b/board_a/members/dismiss/", {"username": name})
    assert response.status_code == 400


@pytest.mark.parametrize("deed", ["appoint", "approve", "dismiss"])
def test_a_second_click_is_answered_like_the_first(
    a: Board, mo: Member, ben: Member, deed: str
) -> None:
    client = signed_in(mo)
    answers = [
        client.post(f"/b/board_a/members/{deed}/", {"username": "ben"})["Location"] for _ in "12"
    ]
    assert answers == ["/b/board_a/members/"] * 2


def test_the_page_shows_approved_members_in_pages(
    p: Board, mo: Member, django_assert_max_num_queries: Any
) -> None:
    for place in range(60):
        member = Member.objects.create_user(f"member_{place}")
        ApprovedMember.objects.create(board=p, member=member, approved_by=mo)
    client = signed_in(mo)
    with django_assert_max_num_queries(8):
        page = client.get("/b/board_p/members/").context["approved"]
    assert len(page.rows) == 50
    rest = client.get("/b/board_p/members/", {"after": page.after}).context["approved"]
    assert len(rest.rows) == 11
    assert client.get("/b/board_p/members/?after=x").status_code == 400


# --- Who may


def addresses(name: str) -> Iterator[tuple[str, str]]:
    for page in ("edit", "members"):
        for method in ("get", "head"):
            yield method, f"/b/{name}/{page}/"
    yield "post", f"/b/{name}/edit/"
    for deed in DEEDS:
        yield "post", f"/b/{name}/members/{deed}/"


def answers(client: Client, name: str) -> list[tuple[int, str, str]]:
    """What a visitor gets of every address here, less the tokens, which differ every time."""
    found = []
    for method, path in addresses(name):
        fields = {"username": "ben", "title": "Mine now"}
        response = getattr(client, method)(path, fields if method == "post" else None)
        body = re.sub(r'value="\w{64}"', "", response.content.decode())
        found.append((response.status_code, response.get("Location", ""), body))
    return found


def test_other_members_are_refused(a: Board, ben: Member) -> None:
    before = state()
    assert {status for status, _, _ in answers(signed_in(ben), "board_a")} == {403}
    assert state() == before


def test_guests_are_led_to_sign_in(a: Board, client: Client) -> None:
    before = state()
    for status, location, _ in answers(client, "board_a"):
        assert status == 302
        assert location.startswith("/login/")
    assert state() == before


def test_the_approved_read_but_do_not_change(p: Board, pam: Member) -> None:
    assert {status for status, _, _ in answers(signed_in(pam), "board_p")} == {403}


def test_a_private_board_answers_outsiders_like_none(
    ben: Member, request: pytest.FixtureRequest
) -> None:
    without = [answers(client, "board_p") for client in (Client(), signed_in(ben))]
    request.getfixturevalue("p")
    before = state()
    assert [answers(client, "board_p") for client in (Client(), signed_in(ben))] == without
    assert {status for status, _, _ in without[1]} == {404}
    assert state() == before


def test_staff_look_after_every_board(p: Board, stan: Member, ben: Member) -> None:
    client = signed_in(stan)
    assert client.get("/b/board_p/members/").status_code == 200
    client.post("/b/board_p/members/appoint/", {"username": "ben"})
    assert "ben" in moderators(p)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_every_change_is_a_post(
    a: Board, mo: Member, second: Member, ben: Member, deed: str, method: str
) -> None:
    before = state()
    path = f"/b/board_a/members/{deed}/?username=ben"
    assert getattr(signed_in(mo), method)(path).status_code == 405
    assert state() == before


def test_every_change_needs_the_token(a: Board, mo: Member, second: Member, ben: Member) -> None:
    client = signed_in(mo, enforce_csrf_checks=True)
    before = state()
    for method, path in addresses("board_a"):
        if method == "post":
            assert client.post(path, {"username": "ben", "title": "x"}).status_code == 403
    client.get("/b/board_a/edit/")
    token = client.cookies["csrf"].value
    foreign = client.post(
        "/b/board_a/edit/",
        {"title": "x", "csrfmiddlewaretoken": token},
        headers={"origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert state() == before


def test_a_moderator_who_lost_the_office_is_refused_at_once(
    a: Board, mo: Member, second: Member
) -> None:
    client = signed_in(second)
    access.step_down(board=a, member=second)
    assert client.get("/b/board_a/edit/").status_code == 403
    Member.objects.filter(pk=mo.pk).update(is_active=False)


def test_a_name_in_another_case_leads_to_the_right_address(a: Board, mo: Member) -> None:
    client = signed_in(mo)
    for page in ("edit", "members"):
        response = client.get(f"/b/BOARD_A/{page}/")
        assert (response.status_code, response["Location"]) == (301, f"/b/board_a/{page}/")


# --- At once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_step_down_at_once_never_leave_none() -> None:
    for round_ in range(10):
        both = [Member.objects.create_user(f"mod_{round_}_{place}") for place in range(2)]
        board = make_board(maker=both[0], name=f"board_{round_}", title="Race")
        appoint(board=board, member=both[1], by=both[0])
        barrier = Barrier(2)
        left: list[bool] = []

        def leave(member: Member, board: Board = board, barrier: Barrier = barrier) -> None:
            try:
                barrier.wait()
                left.append(bool(offices.step_down(member, board, By(member))))  # noqa: B023
            except ValidationError:
                left.append(False)  # noqa: B023
            finally:
                connection.close()

        threads = [Thread(target=leave, args=[member]) for member in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(left) == [False, True]
        assert board.moderator_set.get().is_owner
        assert Act.objects.filter(board=board, verb=Verb.RESIGN).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_privacy_and_a_dismissal_at_once_leave_no_letter() -> None:
    mo = Member.objects.create_user("moe")
    for round_ in range(10):
        pam = Member.objects.create_user(f"pam_{round_}")
        board = make_board(maker=mo, name=f"board_{round_}", title="Race")
        approve(board=board, member=pam, by=mo)
        submit_post(author=mo, board=board, title="Hear", text=f"u/{pam}", at=timezone.now())
        barrier = Barrier(2)

        def run(work: Any, barrier: Barrier = barrier) -> None:
            try:
                barrier.wait()
                work()
            finally:
                connection.close()

        fields = {"title": "Race", "description": "", "rules": "", "is_private": True}
        deeds = [
            lambda board=board, fields=fields: access.change_board(board=board, **fields),
            lambda board=board, pam=pam: access.dismiss(board=board, member=pam),
        ]
        threads = [Thread(target=run, args=[deed]) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert letters(pam) == 0


def test_dismissing_from_a_public_board_keeps_the_subscription(
    a: Board, mo: Member, ben: Member
) -> None:
    approve(board=a, member=ben, by=mo)
    signed_in(ben).post("/b/board_a/subscribe/", {"subscribed": "1"})
    dismiss(board=a, member=ben)
    assert ben in a.subscribers.all()
