"""A PostgreSQL that hangs: visitors are told soon, and nothing needs a restart afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import extensions

from drills.postgres import hung
from rboard import asking, patience
from rboard.tests.browser.site import ROOT, STATIC_ROOT, clean_environment, collect_static, serving
from rboard.tests.replication import Server, alone, until
from rboard.tests.visitor import Visitor

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("needs PostgreSQL")
    with alone() as server:
        yield server


def environment_of(server: Server) -> dict[str, str]:
    return clean_environment() | {
        "DATABASE_URL": server.url,
        "STATIC_ROOT": str(STATIC_ROOT),
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "WEB_CONCURRENCY": "1",
        "PAGE_CACHE_SECONDS": "0",
    }


def test_visitors_are_told_soon_and_the_site_goes_on(server: Server, tmp_path: Path) -> None:
    environment = environment_of(server)
    collect_static(environment)
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    with (tmp_path / "log").open("wb") as log, serving(environment, log) as address:
        guest = Visitor(address)
        assert guest.get("/boards/").status == 200
        with hung(server.cluster.data):
            began = time.monotonic()
            told = guest.get("/boards/")
            first = time.monotonic() - began
            assert told.status == 503
            # Whether the kept connection is good, and a new one, and to spare on a busy machine.
            assert first < 2 * patience.SHORT + 3
            # While others line up behind the first, they are told at once.
            quick = time.monotonic()
            assert [guest.get("/boards/").status for _again in range(3)] == [503] * 3
            assert time.monotonic() - quick < first
            assert guest.get("/healthz").status == 200
        until(lambda: guest.get("/boards/").status == 200, "the site answers again")
    assert b"WORKER TIMEOUT" not in (tmp_path / "log").read_bytes()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(patience, "SHORT", 0.2)
    monkeypatch.setattr(patience, "longest", lambda: 0.5)
    monkeypatch.setattr(patience, "_gone_until", {})
    extensions.set_wait_callback(patience.wait)
    yield
    extensions.set_wait_callback(None)
    asking.was_announced()


@contextmanager
def connected() -> Iterator[psycopg2.extensions.connection]:
    """As Django is."""
    link = psycopg2.connect(**connection.get_connection_params())
    link.autocommit = True
    try:
        yield link
    finally:
        link.close()


def ask(statement: str, link: psycopg2.extensions.connection) -> None:
    with link.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_an_answer_that_does_not_come_ends_the_connection(patient: None) -> None:
    with connected() as link, connected() as other:
        ask("SELECT pg_sleep(0.3)", link)  # slow, not hung
        process = link.info.backend_pid
        with pytest.raises(psycopg2.OperationalError, match="does not answer"):
            ask("SELECT pg_sleep(20)", link)
        assert link.closed
        ask(f"SELECT pg_terminate_backend({process})", other)
        # Somebody's slow statement says nothing of the server.
        asking.announce_question()
        ask("SELECT 1", other)


@pytest.mark.django_db
def test_a_server_that_says_nothing_is_left_alone_for_a_while(patient: None) -> None:
    with connected() as link, connected() as other:
        asking.announce_question()
        with pytest.raises(psycopg2.OperationalError, match="does not answer"):
            ask("SELECT pg_sleep(0.3)", link)
        asking.announce_question()
        with pytest.raises(psycopg2.OperationalError, match="a moment ago"):
            ask("SELECT 1", other)
        with pytest.raises(psycopg2.OperationalError, match="a moment ago"):
            psycopg2.connect(**connection.get_connection_params())


def test_a_statement_may_wait_as_long_as_for_a_migration(settings: pytest.FixtureRequest) -> None:
    settings.MIGRATE_LOCK_TIMEOUT = 30  # type: ignore[attr-defined]
    assert patience.longest() > 30
