"""Making a board."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from boards.tests.cast import SignIn

pytestmark = pytest.mark.django_db

ALLOTMENT = {
    "name": "Allotment",
    "title": "Beds and sheds",
    "description": "*Dig.*",
    "rules": "- Mulch.",
}


def make(client: Client, **fields: Any) -> Any:
    return client.post("/boards/new/", ALLOTMENT | fields)


def test_it_makes_a_board_with_its_maker_as_moderator(ben: Member, sign_in: SignIn) -> None:
    response = make(sign_in(ben))
    board = Board.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/b/Allotment/")
    assert board.created_by == ben
    assert list(board.moderators.all()) == [ben]
    assert list(board.subscribers.all()) == [ben]
    assert board.subscriber_count == 1
    assert board.description_html == "<p><em>Dig.</em></p>"
    assert "<li>Mulch.</li>" in board.rules_html
    assert not board.is_private


def test_it_tells_of_the_new_board(ben: Member, sign_in: SignIn) -> None:
    response = sign_in(ben).post("/boards/new/", ALLOTMENT, follow=True)
    assert "b/Allotment is made." in response.content.decode()


def test_it_makes_a_private_board(ben: Member, sign_in: SignIn) -> None:
    make(sign_in(ben), is_private="on")
    assert Board.objects.get().is_private


def test_guests_sign_in_first(client: Client) -> None:
    assert client.get("/boards/new/")["Location"] == "/login/?next=/boards/new/"
    assert make(client).status_code == 302
    assert not Board.objects.exists()


def test_a_form_sent_twice_makes_one_board(ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    assert make(client)["Location"] == make(client)["Location"] == "/b/Allotment/"
    assert Board.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_makes_one_board(ben: Member, sign_in: SignIn) -> None:
    for place in range(5):
        name = f"board_{place}"
        clients = [sign_in(ben), sign_in(ben)]
        barrier = Barrier(2)
        answers: list[str] = []

        def send(client: Client, name: str = name, barrier: Barrier = barrier) -> None:
            try:
                barrier.wait()
                answers.append(make(client, name=name).get("Location", ""))  # noqa: B023
            finally:
                connection.close()

        threads = [Thread(target=send, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [f"/b/{name}/"] * 2
        assert Board.objects.named(name).count() == 1


def test_a_name_of_an_older_board_is_taken(ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben)
    make(client)
    Board.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    response = make(client)
    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["There is a board of this name already."]}


def test_a_name_is_taken_in_any_case(garden: Board, ben: Member, sign_in: SignIn) -> None:
    response = make(sign_in(ben), name="gARDEN")
    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["There is a board of this name already."]}


@pytest.mark.parametrize(
    "name",
    [
        "", "ab", "x" * 41, "two words", "ümlaut", "\u0430_cyrillic", "dash-ed", "new\nline",
        "\0", "../etc", "<script>", "b/x", "all", "Popular", "NEW", "home", "mod", "friends",
        "random", "_all_", "boards", "K" + "\u212a" * 3,
    ],
)  # fmt: skip
def test_it_refuses_a_name_at_the_field(ben: Member, sign_in: SignIn, name: str) -> None:
    response = make(sign_in(ben), name=name)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert not Board.objects.exists()
    assert "Beds and sheds" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 101),
        ("title", "\0"),
        ("title", "\u202e \u2066"),
        ("description", "x" * 10_001),
        ("description", ">" * 500 + " deep"),
        ("rules", "x" * 10_001),
    ],
)
def test_it_refuses_what_does_not_fit_at_the_field(
    ben: Member, sign_in: SignIn, field: str, value: str
) -> None:
    response = make(sign_in(ben), **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Board.objects.exists()
    assert "Allotment" in response.content.decode()


def test_a_name_of_the_wrong_length_is_told_in_words(ben: Member, sign_in: SignIn) -> None:
    for name in ("ab", "x" * 41):
        response = make(sign_in(ben), name=name)
        assert response.context["form"].errors["name"] == ["A name has 3 to 40 characters."]


def test_a_title_is_one_line_of_what_can_be_seen(ben: Member, sign_in: SignIn) -> None:
    make(sign_in(ben), title="  Beds\n and \u202esheds ")
    assert Board.objects.get().title == "Beds and sheds"


def test_texts_lose_what_no_text_needs(ben: Member, sign_in: SignIn) -> None:
    make(sign_in(ben), description="Di\0g", rules="\0")
    board = Board.objects.get()
    assert (board.description, board.rules) == ("Dig", "")


def test_fields_that_are_not_in_the_form_change_nothing(ben: Member, sign_in: SignIn) -> None:
    make(sign_in(ben), created_by="1", subscriber_count="99", description_html="<script>", id="7")
    board = Board.objects.get()
    assert (board.created_by, board.subscriber_count) == (ben, 1)
    assert "script" not in board.description_html


def test_it_needs_the_token(ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben, enforce_csrf_checks=True)
    assert make(client).status_code == 403
    assert not Board.objects.exists()


def test_it_takes_no_foreign_origin(ben: Member, sign_in: SignIn) -> None:
    client = sign_in(ben, enforce_csrf_checks=True)
    client.get("/boards/new/")
    fields = ALLOTMENT | {"csrfmiddlewaretoken": client.cookies["csrf"].value}
    foreign = client.post("/boards/new/", fields, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.post("/boards/new/", fields).status_code == 302
