"""Signing in, and names (security.md, cases 19, 20 and 25)."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from inbox.models import Letter
from rboard.tests.security.browser import Browser, leads_to_own_site
from rboard.tests.security.database import unchanged

pytestmark = pytest.mark.django_db

PASSWORD = "a long password"
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x01//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "http:\\\\evil.example",
    "http://testserver.evil.example",
    "http://testserver@evil.example",
    "http://evil.example\\@testserver",
    "http://testserver:80@evil.example/",
    "//testserver:1/",
    "//evil.example/..//testserver/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[",
    "/" + "x" * 5000,
    "evil.example",
    "?next=//evil.example",
    "//evil.example%2f@testserver",
    "http://xn--testserver-.example",
]

everywhere_else = pytest.mark.parametrize("there", ELSEWHERE, ids=lambda there: repr(there)[:40])


def stays(answer: object) -> bool:
    assert answer.status_code in {301, 302, 303}  # type: ignore[attr-defined]
    return leads_to_own_site(answer["Location"])  # type: ignore[index]


def test_the_judge_of_addresses_is_right() -> None:
    for good in ("/", "/b/x/", "http://testserver/x", "?a=b", "/%2Fevil.example"):
        assert leads_to_own_site(good)
    for bad in ("//evil.example", "/\\evil.example", "https://testserver", "/\t/evil.example"):
        assert not leads_to_own_site(bad)
    assert not leads_to_own_site("javascript:alert(1)")


@everywhere_else
def test_signing_in_leads_nowhere_else(there: str, ben: Member) -> None:
    """Case 19: named in the address, in the form, or in both."""
    for path in ("/login/", "/admin/login/"):
        for query, body in ((there, None), (None, there), (there, "/")):
            browser = Browser()
            fields = {"username": "ben", "password": PASSWORD}
            fields |= {"next": body} if body is not None else {}
            sent_to = f"{path}?{_query(query)}" if query is not None else path
            answer = browser.raw_form(sent_to, fields)
            if path == "/login/" or answer.status_code == 302:
                assert stays(answer)


def _query(there: str) -> str:
    return urlencode({"next": there})


@everywhere_else
def test_no_other_page_leads_elsewhere(
    there: str, ben: Member, ann: Member, post: Post, a: Board
) -> None:
    query = _query(there)
    guest = Browser()
    new = {"username": "newbie", "password1": PASSWORD, "password2": PASSWORD}
    assert stays(guest.raw_form(f"/register/?{query}", new | {"next": there}))
    member = Browser(ben)
    assert stays(member.get(f"/login/?{query}"))
    assert stays(member.get(f"/register/?{query}"))
    assert stays(member.raw_form(f"/appearance/?{query}", {"theme": "dark", "next": there}))
    letter = Letter.objects.create(
        recipient=ben, kind="mention", title="x", url=there[:500], subject_key="board/1/"
    )
    assert stays(member.raw_form(f"/inbox/{letter.pk}/read/?{query}", {"next": there}))
    assert stays(member.raw_form(f"/inbox/{letter.pk}/read/", {}))
    assert stays(member.raw_form(f"/logout/?{query}", {"next": there}))


@pytest.mark.parametrize(
    "referer",
    [
        "http://testserver//evil.example/x",
        "http://testserver/\\evil.example/x",
        "http://testserver/%2Fevil.example/",
        "http://evil.example/",
        "https://testserver/x",
        "http://testserver@evil.example/",
        "http://[",
        "//testserver//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ],
)
def test_the_way_back_is_not_another_site(referer: str, ben: Member, post: Post) -> None:
    """Deeds lead back to the page that they were done on, as its address tells."""
    headers = {"Referer": referer}
    member, guest = Browser(ben), Browser()
    for path, fields in (
        (f"{post.address}vote/", {"value": "1"}),
        ("/b/board_a/subscribe/", {"subscribed": "1"}),
    ):
        assert stays(member.raw_form(path, fields, **headers))
        assert stays(guest.raw_form(path, fields, **headers))


def session_of(browser: Browser) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(browser: Browser, **fields: str) -> None:
    fields = {"username": "ben", "password": PASSWORD} | fields
    assert browser.submit("/login/", fields).status_code == 302


def is_signed_in(key: str) -> bool:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    return browser.get("/settings/").status_code == 200


def test_a_session_set_beforehand_is_not_taken_over(ben: Member) -> None:
    """Case 20: neither a made-up key, nor one that the attacker got from the site."""
    planted = SessionStore()
    planted["planted"] = "by the attacker"
    planted.save()
    assert planted.session_key
    for key in ("a" * 32, planted.session_key):
        browser = Browser()
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        sign_in(browser)
        assert session_of(browser) != key
        assert is_signed_in(session_of(browser))
        assert not is_signed_in(key)
        assert not Session.objects.filter(session_key=key).exists()


def test_registering_makes_a_new_session_too(db: None) -> None:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    fields = {"username": "newbie", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.submit("/register/", fields).status_code == 302
    assert session_of(browser) != "a" * 32
    assert is_signed_in(session_of(browser))
    assert not is_signed_in("a" * 32)


def test_signing_out_ends_the_session(ben: Member) -> None:
    browser, other = Browser(), Browser()
    sign_in(browser)
    sign_in(other)
    key = session_of(browser)
    assert browser.raw_form("/logout/", {}).status_code == 302
    assert not is_signed_in(key)
    assert is_signed_in(session_of(other))


def test_each_sign_in_has_its_own_token(ben: Member) -> None:
    """A token from before signing in opens no form afterwards."""
    browser = Browser()
    before = browser.token()
    sign_in(browser)
    with unchanged():
        answer = browser.post("/logout/", {"csrfmiddlewaretoken": before})
        assert answer.status_code == 403


def test_cookies_are_out_of_the_reach_of_scripts(ben: Member) -> None:
    browser = Browser()
    sign_in(browser)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
        assert cookie["path"] == "/"


@pytest.mark.parametrize(
    "name",
    [
        "\u0430dmin",  # Cyrillic а
        "ADMIN",
        "admin.",
        "Admin",
        "adm1n",
        "admin_",
        "-admin-",
        "root",
        "deleted",
        "BEN",
        "Ben",
        "b\u0435n",  # Cyrillic е
        "\uff42\uff45\uff4e",  # full width
        "ben\u200b",
        "b\u200den",
        "be\u0301n",
        "ben\x00",
        "ben\u202e",
        "ben.",
        "ben/",
        "b en",
        "<b>en",
        "../ben",
        "be",
        "b" * 31,
        "",
        "%62en",
        "\u212aen",  # the sign of Kelvin, in lower case a k
        "\u0131ce",
    ],
    ids=ascii,
)
def test_no_name_poses_as_another(name: str, ben: Member) -> None:
    """Case 25: refused in words, at the field, and what was typed comes back."""
    browser = Browser()
    fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    with unchanged():
        answer = browser.submit("/register/", fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="id_username"' in page
    assert "#id_username" in page


@pytest.mark.parametrize("name", ["iris", "Iris", "1ris", "lris", "IRIS", "iri5", "iris_"])
def test_what_looks_like_a_member_s_name_is_taken(name: str, db: None) -> None:
    Member.objects.create_user("lris", "another password")
    fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    answer = Browser().submit("/register/", fields)
    assert answer.status_code == (302 if name == "iris_" else 422)


def test_names_are_found_in_any_case_and_no_other(ben: Member) -> None:
    browser = Browser()
    for name in ("b\u0435n", "\uff42en", "ben\u200b", "ben ", "be%"):
        assert browser.get(f"/u/{name}/").status_code == 404
    assert browser.get("/u/BEN/").status_code in {200, 301}
