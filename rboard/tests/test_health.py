"""What a server says of itself to whoever probes it, and of its database to visitors."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from rboard import health
from rboard.migration_lint import baseline

pytestmark = pytest.mark.django_db

LAST = ("inbox", baseline()["migrations"]["inbox"])


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_options: Any) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(CursorWrapper, "execute", gone)


def probe(path: str) -> Any:
    """As a cluster asks: by the address of the server, without HTTPS."""
    return Client().get(path, headers={"Host": "10.1.2.3:8000"})


def test_a_server_that_is_ready() -> None:
    answer = probe("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "cache": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert probe("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_asks_and_changes_nothing(path: str) -> None:
    assert Client().head(path).status_code == 200
    assert Client().head(path).content == b""
    assert Client().post(path).status_code == 405


def test_without_its_database_a_server_lives_but_is_not_ready(no_database: None) -> None:
    assert probe("/healthz").status_code == 200
    answer = probe("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"
    assert int(answer.headers["Retry-After"]) > 0


def test_without_a_migration_a_server_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    health._look_at_migrations.cache_clear()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*LAST)
    assert probe("/readyz").json()["database"] == "migrations missing"
    recorder.record_applied(*LAST)
    assert probe("/readyz").status_code == 200


def test_a_later_migration_than_the_code_knows_is_no_hindrance() -> None:
    health._look_at_migrations.cache_clear()
    MigrationRecorder(connection).record_applied("discussions", "9999_of_the_next_release")
    assert probe("/readyz").status_code == 200


def test_visitors_are_told_that_the_database_is_gone(no_database: None) -> None:
    answer = Client(raise_request_exception=False).get("/boards/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"<h1>Back in a moment</h1>" in answer.content


def test_what_else_breaks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CursorWrapper, "execute", lambda *_args: 1 // 0)
    answer = Client(raise_request_exception=False).get("/boards/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
