"""Requests that another site makes a member's browser send (security.md, cases 6 to 8)."""

import pytest

from accounts.models import Member
from discussions.models import Comment, Post
from rboard.tests.security.browser import CHOSEN_SECRET, Browser
from rboard.tests.security.database import unchanged
from rboard.tests.security.visitors import Places, Visitors, every_address

pytestmark = pytest.mark.django_db

# What only a button does: the last word of the names of such addresses.
DEEDS = {
    "adopt",
    "appeal",
    "appoint",
    "approve",
    "delete",
    "dismiss",
    "down",
    "label",
    "lock",
    "logout",
    "off",
    "pin",
    "read",
    "all",
    "remove",
    "restore",
    "spam",
    "subscribe",
    "undo",
    "vote",
}
# Named like a deed, and a page with a form.
PAGES = {"accounts:delete"}
GOOD = b"value=1&subscribed=1&locked=1&username=ben&text=x&title=x&show=all"


def deeds() -> list[str]:
    names = [address.name for address in every_address() if not address.is_of_admin]
    return [n for n in names if n.rpartition(":")[2].split("-")[-1] in DEEDS and n not in PAGES]


def test_the_deeds_are_found() -> None:
    assert {
        "accounts:logout",
        "boards:subscribe",
        "moderation:board-appoint",
        "moderation:board-step-down",
        "discussions:post-delete",
        "discussions:comment-vote",
        "inbox:read",
        "inbox:read-all",
        "moderation:post-lock",
        "moderation:comment-remove",
        "moderation:post-pin",
        "moderation:undo",
    } <= set(deeds())


@pytest.mark.parametrize("visitor", ["guest", "author", "moderator of the private board"])
def test_no_deed_is_done_by_looking(visitor: str, visitors: Visitors, places: Places) -> None:
    """Case 6: images, links, prefetching and crawlers only ever look."""
    browser = Browser(visitors[visitor])
    wrong = []
    with unchanged():
        for address in every_address():
            if address.name not in {*deeds(), "discussions:post-reply"}:
                continue
            path = address.path(places.public) + "?value=1&subscribed=1&locked=1"
            for method in ("GET", "HEAD"):
                status = browser.generic(method, path).status_code
                if status != 405:
                    wrong.append(f"{method} {path}: {status}")
    assert not wrong, "\n".join(wrong)
    if visitors[visitor]:
        assert Browser(visitors[visitor]).get("/settings/").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 32, "x" * 64, "\0" * 64])
def test_no_deed_is_done_with_a_made_up_token(
    token: str, visitors: Visitors, places: Places
) -> None:
    """Case 7; that no address at all takes a form without one, the walk shows."""
    browser = Browser(visitors["moderator of the private board"])
    browser.get("/appearance/")
    wrong = []
    with unchanged():
        for address in every_address():
            path = address.path(places.public)
            if address.name in deeds():
                response = browser.post(path, {"csrfmiddlewaretoken": token, "value": 1})
                if response.status_code != 403:
                    wrong.append(f"{path}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


FOREIGN = [
    "https://evil.example",
    "null",
    "http://evil.example",
    "https://testserver",
    "http://testserver:81",
    "http://testserver.evil.example",
    "http://eviltestserver",
    "",
    "http://testserver@evil.example",
    "http://[",
]


@pytest.mark.parametrize(
    ("visitor", "origin"), [("guest", "null"), ("moderator of the private board", FOREIGN[0])]
)
def test_no_form_is_taken_from_elsewhere(
    visitor: str, origin: str, visitors: Visitors, places: Places
) -> None:
    """Case 7: even with a good token."""
    browser = Browser(visitors[visitor])
    wrong = []
    with unchanged():
        for address in every_address():
            path = address.path(places.public)
            response = browser.raw("POST", path, GOOD, headers={"Origin": origin})
            if response.status_code != 403:
                wrong.append(f"{path} ({address}): {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("origin", FOREIGN)
def test_only_this_very_site_is_here(origin: str, ben: Member, post: Post) -> None:
    member, guest = Browser(ben), Browser()
    with unchanged():
        for browser, path in ((member, f"{post.address}vote/"), (guest, "/login/")):
            response = browser.raw("POST", path, GOOD, headers={"Origin": origin})
            assert response.status_code == 403


def test_a_token_of_another_visitor_is_no_token(ben: Member, post: Post) -> None:
    browser = Browser(ben)
    stolen = Browser().read("/login/")
    token = next(stolen.find("input", name="csrfmiddlewaretoken")).attributes["value"]
    browser.get("/appearance/")
    with unchanged():
        response = browser.post(f"{post.address}vote/", {"value": 1, "csrfmiddlewaretoken": token})
    assert response.status_code == 403


def test_with_a_good_token_from_here_it_is_taken(ben: Member, post: Post, comment: Comment) -> None:
    """Else the refusals above would prove nothing."""
    browser = Browser(ben)
    for target in (post, comment):
        response = browser.raw("POST", f"{target.address}vote/", b"value=1")
        assert response.status_code == 302
        target.refresh_from_db()
        assert target.score == 2
    assert len(CHOSEN_SECRET) == 32


def test_signing_in_needs_a_token(ben: Member) -> None:
    """Else another site could sign a visitor in as somebody else."""
    browser = Browser()
    fields = {"username": "ben", "password": "a long password"}
    with unchanged():
        assert browser.post("/login/", fields).status_code == 403
        assert browser.post("/admin/login/", fields).status_code == 403
        assert browser.post("/register/", fields).status_code == 403
    assert "session" not in browser.cookies
    assert browser.submit("/login/", fields).status_code == 302


def test_a_refused_form_gives_its_text_back(ben: Member, post: Post) -> None:
    text = "Written with care & <love>"
    response = Browser(ben).post(f"{post.address}reply/", {"text": text})
    assert response.status_code == 403
    assert "Written with care &amp; &lt;love&gt;" in response.content.decode()
