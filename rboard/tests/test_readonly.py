"""A site that is read-only: read as ever, written to by nobody, and nothing typed is lost."""

import json
import os
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Member
from boards.actions import make_board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post, Visit
from rboard import readonly
from rboard.models import ReadOnly
from rboard.tests.browser.site import clean_environment, fresh_database, serving, start
from rboard.tests.security.browser import Browser
from rboard.tests.security.database import unchanged

BANNER = "nothing can be changed for a while"
SECONDS = 20


@pytest.fixture(autouse=True)
def looking(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request looks."""
    settings.READ_ONLY_SECONDS = 0
    monkeypatch.setattr(readonly, "known", readonly._Known())


@pytest.fixture
def ann(db: None) -> Member:
    return Member.objects.create_superuser("ann", "a long password")


@pytest.fixture
def post(ann: Member) -> Post:
    board = make_board(maker=ann, name="garden", title="Garden")
    return submit_post(author=ann, board=board, title="Roses")


@pytest.fixture
def browser(ann: Member) -> Browser:
    return Browser(ann)


def turn(state: str, *arguments: str) -> Any:
    said = StringIO()
    call_command("readonly", state, *arguments, "--json", stdout=said)
    return json.loads(said.getvalue())


@pytest.mark.django_db
def test_the_command_tells_which_it_is() -> None:
    assert turn("on", "--reason=New disks")["reason"] == "New disks"
    assert turn("on", "--reason=Newer disks")["reason"] == "Newer disks"
    said = StringIO()
    call_command("readonly", stdout=said)
    assert "read-only. Newer disks" in said.getvalue()
    assert turn("off") == {"read_only": False, "reason": "", "since": None}
    call_command("readonly", "off", stdout=said)
    assert "Off" in said.getvalue()


@pytest.mark.django_db
def test_a_reason_is_for_on_and_short() -> None:
    with pytest.raises(CommandError, match="is for on") as told:
        turn("off", "--reason=x")
    assert told.value.returncode == 2, "usage"
    with pytest.raises(CommandError, match="at most 500") as told:
        turn("on", f"--reason={'x' * 501}")
    assert told.value.returncode == 2
    assert not ReadOnly.objects.exists()


@pytest.mark.parametrize("path", ["/", "/b/garden/", "thread", "/settings/", "/admin/"])
def test_every_page_says_so(path: str, browser: Browser, post: Post) -> None:
    path = post.get_absolute_url() if path == "thread" else path
    assert BANNER not in browser.get(path).content.decode()
    turn("on", "--reason=New disks & more until 9:00.")
    page = browser.get(path)
    assert page.status_code == 200
    assert BANNER in page.content.decode()
    assert "New disks &amp; more until 9:00." in page.content.decode()
    turn("off")
    assert BANNER not in browser.get(path).content.decode()


def test_what_was_written_is_given_back(browser: Browser, post: Post) -> None:
    turn("on", "--reason=New disks.")
    with unchanged():
        answer = browser.send(f"{post.address}reply/", {"text": "Prune <them>"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "no-store" in answer.headers["Cache-Control"]
    page = answer.content.decode()
    assert "Prune &lt;them&gt;" in page
    assert "New disks." in page
    turn("off")
    assert browser.send(f"{post.address}reply/", {"text": "Prune"}).status_code == 302


def test_a_preview_is_still_shown(browser: Browser, post: Post) -> None:
    turn("on")
    form = {"text": "Prune *them*", "preview": "1"}
    with unchanged():
        for path in (f"{post.address}reply/", f"{post.address}edit/"):
            answer = browser.send(path, form | {"title": "Roses"})
            assert answer.status_code == 200
            assert "<em>them</em>" in answer.content.decode()
        # Where there is none, the word opens nothing.
        assert browser.send(f"{post.address}delete/", form).status_code == 503


def test_colours_may_be_chosen(browser: Browser, post: Post) -> None:
    turn("on")
    with unchanged():
        answer = browser.send("/appearance/", {"theme": "dark", "keys": "on"})
    assert answer.status_code == 302
    assert browser.cookies["theme"].value == "dark"


def test_who_signs_out_is_forgotten_by_the_browser(browser: Browser, post: Post) -> None:
    turn("on")
    with unchanged():
        assert browser.post("/logout/").status_code == 403  # without a token
        assert browser.get("/settings/").status_code == 200
        answer = browser.send("/logout/")
    assert answer.status_code == 302
    assert browser.cookies["session"].value == ""
    assert browser.get("/settings/").status_code == 302


def test_nobody_signs_in_or_up(post: Post) -> None:
    turn("on")
    guest = Browser()
    with unchanged():
        form = {"username": "ann", "password": "a long password"}
        assert guest.send("/login/", form).status_code == 503
        form = {"username": "bea", "password1": "a long one", "password2": "a long one"}
        assert guest.send("/register/", form).status_code == 503
        assert guest.send("/b/garden/nothing/at/all/", {}).status_code == 404


def test_reading_writes_nothing_down(browser: Browser, post: Post) -> None:
    turn("on")
    with unchanged():
        assert browser.get(post.get_absolute_url()).status_code == 200
    turn("off")
    browser.get(post.get_absolute_url())
    assert Visit.objects.count() == 1


def test_kept_pages_of_guests_change_with_it(settings: Settings, post: Post) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    cache.clear()
    for path in ("/", post.get_absolute_url()):
        assert BANNER not in Client().get(path).content.decode()
        turn("on")
        assert BANNER in Client().get(path).content.decode()
        turn("off")
        assert BANNER not in Client().get(path).content.decode()


def test_a_kept_page_costs_one_look_in_some_seconds(settings: Settings, post: Post) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    cache.clear()
    Client().get("/")
    with CaptureQueriesContext(connection) as asked:
        Client().get("/")
    assert len(asked) == 1
    settings.READ_ONLY_SECONDS = 3600
    with CaptureQueriesContext(connection) as asked:
        Client().get("/")
    assert len(asked) == 0


def test_a_database_that_is_gone_is_asked_by_one_alone(
    settings: Settings, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are served what is kept; nobody waits for it twice."""
    settings.PAGE_CACHE_SECONDS = 60
    cache.clear()
    Client().get("/")
    settings.READ_ONLY_SECONDS = 3600
    readonly.known.forget()
    asked = []

    def gone(*_args: Any, **_options: Any) -> None:
        asked.append(1)
        raise OperationalError("could not connect to server")

    client = Client(raise_request_exception=False)
    with monkeypatch.context() as patched:
        patched.setattr(CursorWrapper, "execute", gone)
        assert client.get("/").status_code == 503
        assert client.get("/").status_code == 200
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_table_a_site_takes_changes(
    browser: Browser, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code of this release on the tables of the last one."""
    monkeypatch.setattr(readonly, "TABLE", "rboard_not_yet")
    assert browser.send(f"{post.address}reply/", {"text": "Prune them"}).status_code == 302


@pytest.fixture
def read_only_postgresql(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Makes every session of this test one that takes no writes, as on a standby."""

    def switch() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")

    yield switch
    with connection.cursor() as cursor:
        cursor.execute("RESET default_transaction_read_only")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_noticed(
    read_only_postgresql: Callable[[], None], browser: Browser, post: Post
) -> None:
    token = browser.token()
    read_only_postgresql()
    page = browser.get(post.get_absolute_url())
    assert page.status_code == 200
    assert BANNER in page.content.decode()
    form = {"text": "Prune them", "csrfmiddlewaretoken": token}
    answer = browser.post(f"{post.address}reply/", form)
    assert answer.status_code == 503
    assert "Prune them" in answer.content.decode()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_before_it_is_noticed_it_is_no_error_either(
    read_only_postgresql: Callable[[], None], browser: Browser, post: Post, settings: Settings
) -> None:
    browser.get("/")
    settings.READ_ONLY_SECONDS = 3600
    read_only_postgresql()
    assert browser.get(post.get_absolute_url()).status_code == 200
    answer = browser.send(f"{post.address}reply/", {"text": "Prune them"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Prune them" in answer.content.decode()
    # From now on it is known.
    assert BANNER in browser.get("/").content.decode()
    assert not Comment.objects.exists()
    with pytest.raises(CommandError, match="read-only transaction"):
        turn("on")


def test_all_processes_know_within_seconds(tmp_path: Path) -> None:
    """Two of gunicorn's, and the command's own."""
    with fresh_database(connection.settings_dict, tmp_path) as url:
        environment = clean_environment() | {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "1",
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "rboard.settings",
            "WEB_CONCURRENCY": "2",
            "PAGE_CACHE_SECONDS": "60",
        }

        def manage(*arguments: str) -> None:
            child = start(["manage.py", *arguments], environment, subprocess.PIPE)
            output, _ = child.communicate()
            assert child.returncode == 0, output.decode()

        manage("migrate", "--verbosity", "0")
        with (tmp_path / "log").open("wb") as log, serving(environment, log) as address:
            assert agree(address, banner=False)
            manage("readonly", "on", "--reason", "New disks.")
            assert agree(address, banner=True)
            manage("readonly", "off")
            assert agree(address, banner=False)


def agree(address: str, *, banner: bool) -> bool:
    """Whether soon fifty answers one after the other, of whichever process, say the same."""
    until = time.monotonic() + SECONDS
    same = 0
    while same < 50 and time.monotonic() < until:
        with urllib.request.urlopen(f"{address}/boards/") as answer:
            same = same + 1 if (BANNER in answer.read().decode()) == banner else 0
    return same == 50
