"""What a board says of itself, on its own page and beside its others."""

import re

import pytest
from django.test import Client

from accounts.models import Member
from boards.actions import appoint, make_board
from boards.models import Board, Moderator
from boards.tests.cast import SignIn

pytestmark = pytest.mark.django_db

XSS = '"><svg onload=alert(1)><script>alert(1)</script>'


def test_it_tells_all_of_a_board(garden: Board, ben: Member, client: Client) -> None:
    appoint(board=garden, member=ben, by=garden.created_by)
    page = client.get("/b/Garden/about/").content.decode()
    assert "Green things" in page
    assert "All that <strong>grows</strong>." in page
    assert "<li>Be kind.</li>" in page
    assert "made the board" in page
    assert re.search(r'appointed by <a href="/u/moe/">moe</a>', page)
    assert "1 subscriber<" in page


def test_a_board_without_moderators_says_so(garden: Board, client: Client) -> None:
    Moderator.objects.all().delete()
    assert b"Nobody yet" in client.get("/b/Garden/about/").content


def test_a_name_in_another_case_leads_to_the_right_address(garden: Board, client: Client) -> None:
    response = client.get("/b/gARDEN/about/?a=1&b=%20")
    assert (response.status_code, response["Location"]) == (301, "/b/Garden/about/?a=1&b=%20")


@pytest.mark.parametrize(
    "name",
    ["nothing", "x" * 200, "%00", "a%00b", "%0a", "ümlaut", "%ff", "Garden%20", "..", "%2e%2e"],
)
def test_an_odd_name_is_no_board(garden: Board, client: Client, name: str) -> None:
    for path in (f"/b/{name}/about/", f"/b/{name}/subscribe/"):
        assert client.get(path).status_code in {404, 405}


@pytest.mark.parametrize("path", ["/b/cellar/about/", "/b/CELLAR/about/"])
def test_a_private_board_answers_outsiders_like_none(
    mo: Member, ben: Member, sign_in: SignIn, path: str
) -> None:
    def answers() -> list[tuple[int, str]]:
        found = []
        for viewer in (None, ben):
            for method in ("get", "head"):
                response = getattr(sign_in(viewer), method)(path)
                body = re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())
                found.append((response.status_code, body))
        return found

    without = answers()
    make_board(maker=mo, name="cellar", title="Hidden jars", is_private=True)
    assert answers() == without
    assert {status for status, _ in without} == {404}


def test_who_may_read_a_private_board_does(
    cellar: Board, mo: Member, pam: Member, stan: Member, sign_in: SignIn
) -> None:
    for reader in (mo, pam, stan):
        page = sign_in(reader).get("/b/cellar/about/")
        assert page.status_code == 200
        assert b"Hidden jars" in page.content


def test_texts_are_shown_without_their_payload(mo: Member, ben: Member, sign_in: SignIn) -> None:
    make_board(maker=mo, name="trap", title=XSS, description=XSS, rules=XSS)
    client = sign_in(ben)
    pages = [client.get(path).content.decode() for path in ("/boards/", "/b/trap/about/")]
    for page in pages:
        assert "<svg" not in page.replace("<svg xmlns", "").replace("<svg class", "")
        assert "<script>alert" not in page
        assert 'content=""><' not in page


def test_guests_subscribe_by_way_of_sign_in(garden: Board, client: Client) -> None:
    page = client.get("/b/Garden/about/")
    assert b'<button form="deeds" id="subscribe-' in page.content
    assert b"formaction" not in page.content
    assert b"csrfmiddlewaretoken" not in page.content
    assert not page.cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_reads(garden: Board, client: Client, method: str) -> None:
    assert getattr(client, method)("/b/Garden/about/").status_code == 405
