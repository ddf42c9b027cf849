"""No file, no traceback (security.md, case 33)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import DatabaseError
from pytest_django.fixtures import Settings

from accounts.models import Member
from discussions.models import Post
from rboard.tests.security.broken_urls import SECRET
from rboard.tests.security.browser import Browser
from rboard.tests.security.headers import lacking
from rboard.tests.security.test_headers import collected

pytestmark = pytest.mark.django_db

__all__ = ["collected"]

FILES = [
    "/.git/HEAD",
    "/.git/config",
    "/.env",
    "/data/rboard.env",
    "/data/rboard.sqlite3",
    "/rboard.sqlite3",
    "/db.sqlite3",
    "/media/db.sqlite3",
    "/media/../data/rboard.env",
    "/manage.py",
    "/rboard/settings.py",
    "/requirements.txt",
    "/static/",
    "/static",
    "/static/../",
    "/static/../secret.txt",
    "/static/..%2f",
    "/static/..%2fsecret.txt",
    "/static/..%2Fsecret.txt",
    "/static/%2e%2e/secret.txt",
    "/static/%2e%2e%2fsecret.txt",
    "/static/%252e%252e%252fsecret.txt",
    "/static/..%5csecret.txt",
    "/static/..\\secret.txt",
    "/static/....//secret.txt",
    "/static/./../secret.txt",
    "/static/rboard/../../secret.txt",
    "/static//../secret.txt",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "//etc/passwd",
    "/static/%00/../../secret.txt",
    "/static/rboard/site.css%00.html",
    "/static/rboard/",
    "/static/../staticfiles-old/secret.txt",
    "/static-old/secret.txt",
    "/static/../../../../../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..;/admin",
    "/static/rboard/site.css/../../../secret.txt",
    "/favicon.ico/../secret.txt",
    "/server-status",
    "/.well-known/../secret.txt",
    "/__debug__/",
    "/static/rboard/rboard.css~",
    "/static/staticfiles.json/../x",
]
LEAKS = [
    b"treasure",
    b"root:x:",
    b"ref: refs",
    b"SQLite format",
    b"DJANGO_SETTINGS_MODULE",
    b"[core]",
    b"Index of",
    b"SECRET_KEY",
]
TRACES = [
    "Traceback",
    'File "',
    "RuntimeError",
    "OperationalError",
    "ProgrammingError",
    "DatabaseError",
    "django.",
    "nonsense FROM",
    "It broke with",
    SECRET,
    "/views/",
    "site-packages",
    "settings.py",
]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("visitor", ["guest", "operator"])
def test_no_file_is_served(path: str, visitor: str, collected: Path, olga: Member) -> None:
    browser = Browser(olga if visitor == "operator" else None)
    for method in ("GET", "HEAD"):
        answer = browser.generic(method, path)
        assert answer.status_code in {301, 302, 400, 404}
        assert not any(leak in answer.content for leak in LEAKS)
        if answer.status_code < 400:  # to the same path with a slash behind it
            assert answer["Location"].rstrip("/").endswith(path.rstrip("/").rpartition("/")[2])
            assert browser.get(answer["Location"]).status_code == 404
        assert lacking(answer.headers) == []


def test_a_static_file_is_served(collected: Path) -> None:
    """Else the refusals above would prove nothing."""
    answer = Browser().get("/static/rboard/site.css")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"body { color: black }"


def check(answer: Any) -> None:
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "<h1>" in page
    assert "</html>" in page
    for trace in (*TRACES, str(site.BASE_DIR), str(site.SECRET_KEY)):
        assert trace not in page, trace
        assert trace not in str(answer.headers), trace
    assert lacking(answer.headers) == []
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize("visitor", ["guest", "member", "operator"])
@pytest.mark.parametrize("path", ["/breaks/", "/breaks/late/", "/breaks/?text=secret"])
def test_an_error_tells_nothing(
    visitor: str, path: str, ben: Member, olga: Member, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "rboard.tests.security.broken_urls"
    browser = Browser({"guest": None, "member": ben, "operator": olga}[visitor])
    check(browser.get(path))
    check(browser.raw_form(path, {"text": "x"}))


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_tells_nothing(settings: Settings) -> None:
    settings.ROOT_URLCONF = "rboard.tests.security.broken_urls"
    check(Browser().get("/breaks/database/"))


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ("discussions.views.lists.list_posts", "/"),
        ("discussions.views.threads.load_thread", "thread"),
        ("boards.shortcuts.get_board", "/b/board_a/about/"),
        ("accounts.sessions.SessionStore.load", "/settings/"),
        ("django.template.loader.render_to_string", "/login/"),
    ],
)
def test_an_error_deep_inside_tells_nothing(
    broken: str, path: str, post: Post, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the page of the error itself could not be made as pages are."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError(SECRET)

    browser = Browser(ben if "Session" in broken else None)
    path = post.get_absolute_url() if path == "thread" else path
    assert browser.get(path).status_code == 200
    module, _, name = broken.rpartition(".")
    if broken == "boards.shortcuts.get_board":
        module = "boards.views"
    if broken == "django.template.loader.render_to_string":
        module, name = "django.shortcuts.loader", "render_to_string"
    monkeypatch.setattr(f"{module}.{name}", fail)
    check(browser.get(path))
