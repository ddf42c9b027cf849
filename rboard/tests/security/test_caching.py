"""What one visitor was shown stays out of the pages and caches of others (case 31)."""

import pytest
from django.conf import settings

from accounts.models import Member
from rboard.tests.security.browser import Browser
from rboard.tests.security.visitors import Places, Visitors, every_address

pytestmark = pytest.mark.django_db


def paths(places: Places) -> list[str]:
    return [a.path(places.public) for a in every_address() if not a.is_of_admin] + [
        "/?feed=all",
        "/b/nothing/",
        "/nothing/",
        "/?sort=nonsense",
    ]


def directives(value: str) -> set[str]:
    return {part.strip() for part in value.split(",")} - {""}


@pytest.fixture
def reader(db: None) -> Member:
    """Reads, and has written nothing that a page could show."""
    return Member.objects.create_user("quietreader", "a long password")


def test_a_guest_gets_nothing_of_a_member(reader: Member, places: Places) -> None:
    member = Browser(reader)
    for path in paths(places):
        member.get(path)
    session = member.cookies[settings.SESSION_COOKIE_NAME].value
    token = member.cookies[settings.CSRF_COOKIE_NAME].value
    guest = Browser()
    for path in paths(places):
        answer = guest.get(path)
        text = answer.content.decode() + str(answer.headers) + str(answer.cookies)
        for word in ("quietreader", session, token):
            assert word not in text, path
        assert settings.SESSION_COOKIE_NAME not in answer.cookies, path


def test_guests_get_a_cookie_only_with_a_form(places: Places) -> None:
    """Else no page of theirs could ever be cached."""
    for path in paths(places):
        answer = Browser().get(path)
        assert bool(answer.cookies) == (b"csrfmiddlewaretoken" in answer.content), path


def test_a_member_s_pages_stay_with_the_member(reader: Member, places: Places) -> None:
    browser = Browser(reader)
    for path in paths(places):
        answer = browser.get(path)
        told = directives(answer.headers.get("Cache-Control", ""))
        assert told & {"private", "no-store"}, path
        assert "public" not in told
        if answer.status_code < 400:
            assert "no-cache" in told or "no-store" in told, path


def test_errors_are_stored_nowhere(reader: Member, visitors: Visitors, places: Places) -> None:
    for browser in (Browser(), Browser(reader)):
        errors = [
            browser.get("/nothing/"),
            browser.get("/b/nothing/"),
            browser.get("/?sort=nonsense"),
            browser.get("/b/board_a/edit/"),
            browser.get("/logout/"),
            browser.post("/logout/"),
            browser.get("/static/nothing.css"),
            browser.get("/", headers={"Host": "evil.example"}),
            browser.get("/admin/nothing/"),
        ]
        for answer in errors:
            if answer.status_code >= 400:
                told = directives(answer.headers["Cache-Control"])
                assert "no-store" in told, answer.request["PATH_INFO"]
        assert {answer.status_code for answer in errors} >= {400, 403, 404, 405}


def test_a_guest_s_page_is_told_from_a_member_s(places: Places) -> None:
    """A cache between us and them keeps the two apart."""
    browser = Browser()
    for path in paths(places):
        answer = browser.get(path)
        told = directives(answer.headers.get("Cache-Control", ""))
        if answer.status_code == 200 and not told & {"private", "no-store"}:
            assert "cookie" in answer.headers.get("Vary", "").lower(), path


def test_a_fragment_is_told_from_a_page(ben: Member, places: Places) -> None:
    """The same address answers htmx with a piece, which the back button must not show."""
    browser = Browser(ben)
    form = next(a for a in every_address() if a.name.endswith("comment-reply-form"))
    path = form.path(places.public)
    page, piece = browser.get(path), browser.get(path, headers={"HX-Request": "true"})
    assert b"<html" in page.content
    assert b"<html" not in piece.content
    varies = ["hx-request" in a.headers.get("Vary", "").lower() for a in (page, piece)]
    assert all(varies) or "no-store" in directives(piece.headers.get("Cache-Control", ""))
