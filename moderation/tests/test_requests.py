"""Requests to join a private board, and to look after one without moderators."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import Member
from boards.models import Board, Moderator
from boards.tests.cast import site_staff
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import people
from moderation.actions.log import By
from moderation.actions.requests import decide, request_board
from moderation.models import BoardRequest, JoinRequest


def answer(client: Client, name: str) -> tuple[int, str, str]:
    sent = client.post("/boards/join/", {"name": name, "text": "Please."})
    said = client.get("/boards/").content.decode()
    return sent.status_code, sent["Location"], said.partition('role="status">')[2][:80]


def test_it_answers_the_same_whether_there_is_one(p: Board, a: Board, ben: Member) -> None:
    client = signed_in(ben)
    answers = {answer(client, name) for name in ("board_p", "BOARD_P", "board_x", a.name)}
    assert len(answers) == 1
    request = JoinRequest.objects.get()
    assert (request.board, request.member, request.text) == (p, ben, "Please.")


def test_who_is_in_or_banned_makes_no_request(p: Board, pam: Member, mo: Member) -> None:
    answer(signed_in(pam), "board_p")
    people.ban(pam, p, By(mo))
    answer(signed_in(pam), "board_p")
    assert not JoinRequest.objects.exists()


def test_granted_lets_in_and_says_so(p: Board, ben: Member, mo: Member, ann: Member) -> None:
    answer(signed_in(ben), "board_p")
    request = JoinRequest.objects.get()
    with pytest.raises(PermissionDenied):
        decide(request, By(ann), granted=True)
    decide(request, By(mo), granted=True)
    assert signed_in(ben).get("/b/board_p/").status_code == 200
    assert "board_p" in Letter.objects.get(recipient=ben).title
    with pytest.raises(ValidationError):
        decide(request, By(mo), granted=False)


def test_declined_tells_nothing(p: Board, ben: Member, mo: Member) -> None:
    answer(signed_in(ben), "board_p")
    decide(JoinRequest.objects.get(), By(mo), granted=False)
    assert signed_in(ben).get("/b/board_p/").status_code == 404
    assert not Letter.objects.filter(recipient=ben).exists()


def test_a_board_with_moderators_can_t_be_asked_for(a: Board, ben: Member) -> None:
    assert b"/adopt/" not in signed_in(ben).get("/b/board_a/about/").content
    assert signed_in(ben).post("/b/board_a/adopt/").status_code == 403


def test_a_board_without_moderators_is_given_away(a: Board, ben: Member, mo: Member) -> None:
    Member.objects.filter(pk=mo.pk).update(is_active=False)
    staff = site_staff("stan")
    client = signed_in(ben)
    assert b"/b/board_a/adopt/" in client.get("/b/board_a/about/").content
    assert client.get("/b/board_a/adopt/").status_code == 405
    for _twice in range(2):
        assert client.post("/b/board_a/adopt/").status_code == 302
    request = BoardRequest.objects.get()
    assert "ben" in Letter.objects.get(recipient=staff).title
    with pytest.raises(PermissionDenied):
        decide(request, By(ben), granted=True)
    decide(request, By(staff), granted=True)
    assert Moderator.objects.get(board=a, member=ben).is_owner


def test_a_private_board_can_t_be_asked_for_by_outsiders(p: Board, ben: Member) -> None:
    Moderator.objects.filter(board=p).delete()
    assert signed_in(ben).post("/b/board_p/adopt/").status_code == 404


def test_a_board_is_given_away_once(
    a: Board, ben: Member, ann: Member, mo: Member, olga: Member
) -> None:
    Member.objects.filter(pk=mo.pk).update(is_active=False)
    for member in (ben, ann):
        request_board(member=member, board=a)
    first, second = BoardRequest.objects.order_by("pk")
    decide(first, By(olga), granted=True)
    with pytest.raises(ValidationError, match="moderators"):
        decide(second, By(olga), granted=True)
    assert not Moderator.objects.filter(member=ann).exists()
    decide(second, By(olga), granted=False)
    assert "declined" in Letter.objects.get(recipient=ann).title
