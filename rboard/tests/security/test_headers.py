"""The headers of every kind of answer (security.md, case 8); of every address, see test_walk."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from discussions.models import Post
from rboard.tests.security.browser import Browser
from rboard.tests.security.headers import lacking
from rboard.tests.security.visitors import Places, Visitors, every_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    """Static files as they lie collected, and secrets beside them."""
    root = tmp_path / "staticfiles"
    (root / "rboard").mkdir(parents=True)
    (root / "rboard" / "site.css").write_text("body { color: black }")
    (tmp_path / "secret.txt").write_text("treasure")
    (root.with_name("staticfiles-old")).mkdir()
    (root.with_name("staticfiles-old") / "secret.txt").write_text("treasure")
    settings.STATIC_ROOT = root
    return root


def answers(browser: Browser, post: Post) -> dict[str, Any]:
    """One answer of each kind there is."""
    return {
        "200": browser.get("/"),
        "static": browser.get("/static/rboard/site.css"),
        "static, not there": browser.get("/static/rboard/nothing.css"),
        "301": browser.get(f"{post.address}"),
        "301 by a missing slash": browser.get("/boards"),
        "302": browser.get("/settings/"),
        "400": browser.get("/?sort=nonsense"),
        "400 by the host": browser.get("/", headers={"Host": "evil.example"}),
        "400 by its size": browser.raw("POST", "/login/", b"x" * 2_000_000),
        "403": browser.get("/b/board_a/edit/"),
        "403 for want of a token": browser.post("/login/"),
        "404": browser.get("/nothing/"),
        "404 of a board": browser.get("/b/nothing/"),
        "404 of the admin": browser.get("/admin/nothing/"),
        "405": browser.get("/logout/"),
        "422": browser.raw_form("/password-reset/", {"email": ""}),
        "500": browser.get("/breaks/"),
        "500 of the database": browser.get("/breaks/late/"),
        "HEAD": browser.head("/"),
        "OPTIONS": browser.options("/"),
        "TRACE": browser.trace("/"),
        "a method that is none": browser.generic("HACK", "/"),
    }


@pytest.mark.parametrize("visitor", ["guest", "member"])
def test_answers_of_every_kind_have_them(
    visitor: str, visitors: Visitors, post: Post, settings: Settings, collected: Path
) -> None:
    settings.ROOT_URLCONF = "rboard.tests.security.broken_urls"
    found = answers(Browser(visitors[visitor]), post)
    assert found["static"].status_code == 200
    assert found["500"].status_code == found["500 of the database"].status_code == 500
    assert {answer.status_code for answer in found.values()} >= {
        200, 301, 400, 403, 404, 405, 422, 500
    }  # fmt: skip
    wrong = [f"{kind}: {lack}" for kind, a in found.items() for lack in lacking(a.headers)]
    assert not wrong, "\n".join(wrong)
    for kind, answer in found.items():
        if answer.status_code >= 400:
            assert "no-store" in answer.headers["Cache-Control"], kind


def test_no_page_needs_what_the_policy_forbids(visitors: Visitors, places: Places) -> None:
    """No inline script, no inline style, nothing from another host; the admin may not need it."""
    for browser in (Browser(), Browser(visitors["author"])):
        for address in every_address():
            if address.is_of_admin:
                continue
            answer = browser.get(address.path(places.public))
            if answer.headers["Content-Type"].startswith("application/atom+xml"):
                continue  # whose addresses are whole
            text = answer.content.decode()
            assert " style=" not in text, address
            assert "<style" not in text, address
            assert "<script>" not in text, address
            for tag in ("script", "link", "img"):
                for piece in text.split(f"<{tag} ")[1:]:
                    start = piece.partition(">")[0]
                    if 'rel="canonical"' not in start:
                        assert "://" not in start, f"{address}: {start}"


def test_static_files_are_told_not_to_be_pages(collected: Path) -> None:
    answer = Browser().get("/static/rboard/site.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
