"""Following a board and leaving it."""

import re
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import boards.actions
from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board, Subscription
from boards.tests.cast import SignIn

pytestmark = pytest.mark.django_db

PATH = "/b/Garden/subscribe/"


def follow(client: Client, subscribed: str = "1", **headers: str) -> Any:
    return client.post(PATH, {"subscribed": subscribed}, headers=headers)


def test_it_follows_and_leaves(garden: Board, ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    follow(client)
    garden.refresh_from_db()
    assert ben in garden.subscribers.all()
    assert garden.subscriber_count == 2
    follow(client, "0")
    garden.refresh_from_db()
    assert ben not in garden.subscribers.all()
    assert garden.subscriber_count == 1


def test_a_second_click_changes_nothing(garden: Board, ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    for subscribed, count in (("1", 2), ("1", 2), ("0", 1), ("0", 1)):
        assert follow(client, subscribed).status_code == 302
        garden.refresh_from_db()
        assert garden.subscriber_count == count


def test_it_goes_back_to_the_page_it_came_from(garden: Board, ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    assert follow(client, referer="http://testserver/boards/?q=x")["Location"] == "/boards/?q=x"
    assert follow(client, referer="https://evil.example/boards/")["Location"] == "/"
    assert "You follow b/Garden." in client.get("/boards/").content.decode()


def test_htmx_gets_the_new_button_and_count(garden: Board, ben: Member, sign_in: SignIn) -> None:
    response = follow(sign_in(ben), hx_request="true")
    page = response.content.decode()
    assert 'value="0"' in page
    assert "Leave" in page
    assert "2 subscribers" in page
    assert "<html" not in page
    assert response.headers["X-Say"] == "You%20follow%20b/Garden."


def test_guests_sign_in_and_come_back(garden: Board, client: Client) -> None:
    response = follow(client, referer="http://testserver/b/Garden/")
    assert response["Location"] == "/login/?next=/b/Garden/"
    response = follow(client, referer="http://testserver/b/Garden/", hx_request="true")
    assert response["HX-Redirect"] == "/login/?next=/b/Garden/"
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_it_takes_nothing_but_post(garden: Board, mo: Member, sign_in: SignIn, method: str) -> None:
    response = getattr(sign_in(mo), method)(PATH + "?subscribed=0")
    assert response.status_code == 405
    assert Subscription.objects.filter(member=mo).exists()


@pytest.mark.parametrize("subscribed", ["", "2", "yes", "\0", "-1"])
def test_it_refuses_what_no_button_sends(
    garden: Board, ben: Member, sign_in: SignIn, subscribed: str
) -> None:
    assert follow(sign_in(ben), subscribed).status_code == 400
    assert not Subscription.objects.filter(member=ben).exists()


def test_it_needs_the_token(garden: Board, ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben, enforce_csrf_checks=True)
    assert follow(client).status_code == 403
    assert not Subscription.objects.filter(member=ben).exists()


def test_a_private_board_is_not_there_for_outsiders(
    ben: Member, mo: Member, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    def answer() -> tuple[int, str]:
        response = sign_in(ben).post("/b/cellar/subscribe/", {"subscribed": "1"})
        return response.status_code, re.sub(r'value="\w{64}"', "", response.content.decode())

    without = answer()
    cellar = request.getfixturevalue("cellar")
    assert answer() == without
    assert without[0] == 404
    assert list(cellar.subscribers.all()) == [mo]


def test_an_approved_member_follows_a_private_board(
    cellar: Board, pam: Member, sign_in: SignIn
) -> None:
    sign_in(pam).post("/b/CELLAR/subscribe/", {"subscribed": "1"})
    assert pam in cellar.subscribers.all()


def test_a_deactivated_member_follows_nothing(garden: Board, ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    Member.objects.filter(pk=ben.pk).update(is_active=False)
    assert follow(client)["Location"].startswith("/login/")
    assert not Subscription.objects.filter(member=ben).exists()


def test_there_is_an_end_to_it(
    garden: Board, ben: Member, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each board makes the home feed a little slower."""
    monkeypatch.setattr(boards.actions, "MOST_SUBSCRIPTIONS", 1)
    other = Board.objects.create(name="Other", title="Other")
    Subscription.objects.create(board=other, member=ben)
    client = sign_in(ben)
    answer = follow(client)
    assert answer.status_code == 403
    assert "You follow 1 boards already" in answer.text
    assert list(ben.boards_subscribed.all()) == [other]
    follow(client, "0")
    ben.subscriptions.all().delete()
    assert follow(client).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_boards_followed_at_once_are_not_one_too_many(
    ben: Member, mo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards.actions, "MOST_SUBSCRIPTIONS", 2)
    made = [
        Board.objects.create(name=f"board_{place}", title="x", created_by=mo) for place in range(6)
    ]
    barrier, refused = Barrier(6), []

    def follow_one(board: Board) -> None:
        try:
            barrier.wait()
            boards.actions.subscribe(member=ben, board=board)
        except PermissionDenied as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=follow_one, args=[board]) for board in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ben.subscriptions.count(), len(refused)) == (2, 4)


@pytest.mark.postgresql
def test_a_member_who_goes_locks_the_boards_in_order(
    ben: Member, garden: Board, cellar: Board
) -> None:
    """As everybody does who locks several (see discussions.locks); else two could lock up."""
    for board in (cellar, garden):
        boards.actions.subscribe(member=ben, board=board)
    with CaptureQueriesContext(connection) as queries:
        delete_account(member=ben)
    touching = [one["sql"] for one in queries if '"boards_board"' in one["sql"]]
    locked = next(place for place, sql in enumerate(touching) if "FOR NO KEY UPDATE" in sql)
    changed = next(place for place, sql in enumerate(touching) if sql.startswith("UPDATE"))
    assert re.search(r'ORDER BY (1|"boards_board"."id") ASC', touching[locked])
    assert locked < changed
    for board in (garden, cellar):
        board.refresh_from_db()
        assert board.subscriber_count == board.subscriptions.count()
