"""`manage.py migrate` while the site is served: processes of their own on PostgreSQL."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg2 import sql

from rboard.management.commands.migrate import LOCK
from rboard.tests.browser.site import ROOT, administer, clean_environment, fresh_database
from rboard.tests.later import LAST
from rboard.tests.replication import PATIENCE, until

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LATER = "rboard.tests.migrate_later"
LOCK_TIMEOUT = 2  # seconds


def url() -> str:
    """Of the database of this test."""
    like = connection.settings_dict
    account = f"{quote(like['USER'], safe='')}:{quote(like['PASSWORD'], safe='')}"
    return f"postgresql://{account}@{like['HOST']}:{like['PORT'] or 5432}/{like['NAME']}"


def start(database: str, *arguments: str, module: str = "") -> subprocess.Popen[str]:
    """Start `manage.py migrate`, or one of the next release."""
    program = ["-m", module] if module else ["manage.py", "migrate"]
    environment = clean_environment() | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "ENV_FILE": os.devnull,
        "MIGRATE_LOCK_TIMEOUT": str(LOCK_TIMEOUT),
    }
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it said, to the one and to the other, when it has come to its end."""
    try:
        return process.communicate(timeout=PATIENCE)
    finally:
        process.kill()


@contextmanager
def transaction(statement: str, *params: Any) -> Iterator[None]:
    """Somebody else's, open for as long as the block."""
    other = psycopg2.connect(url())
    try:
        with other.cursor() as cursor:
            cursor.execute(statement, params)
        yield
    finally:
        other.close()


def test_of_two_at_once_one_migrates(tmp_path: Path) -> None:
    """Also when one makes an index concurrently, for which it waits for all open transactions."""
    with fresh_database(settings.DATABASES["default"], tmp_path) as database:
        both = [start(database, module=LATER) for _ in range(2)]
        said = [ended(process) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    outputs = [output for output, _errors in said]
    assert sum("Applying moderation.0001_initial" in output for output in outputs) == 1
    assert sum("No migrations to apply" in output for output in outputs) == 1


def test_one_waits_for_the_other_and_then_goes_on() -> None:
    with transaction("SELECT pg_advisory_lock(%s)", LOCK):
        second = start(url())
        assert second.stdout
        assert "waiting" in second.stdout.readline()
        assert second.poll() is None
    output, errors = ended(second)
    assert (second.returncode, errors) == (0, "")
    assert "No migrations to apply" in output


def test_it_does_not_wait_for_ever() -> None:
    with transaction("SELECT pg_advisory_lock(%s)", LOCK):
        second = start(url(), "--wait=0.1")
        _output, errors = ended(second)
    assert second.returncode == 1
    assert errors == "CommandError: Another migrate still runs after 0.1 s.\n"


def is_queueing() -> bool:
    """Whether somebody waits for the whole table of boards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND relation = 'boards_board'::regclass"
            " AND mode = 'AccessExclusiveLock' AND NOT granted"
        )
        return cursor.fetchone() is not None


def set_patience(seconds: str) -> None:
    """Of the site in this process, which is to fail rather than wait for ever."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {seconds}")


def test_behind_a_long_transaction_it_stops_and_the_site_goes_on() -> None:
    with transaction("SELECT count(*) FROM boards_board"):
        stuck = start(url(), module=LATER)
        until(is_queueing, "the migration waits")
        began = time.monotonic()
        set_patience(f"'{LOCK_TIMEOUT + 2}s'")
        assert Client().get("/boards/").status_code == 200
        answered = time.monotonic() - began
        output, errors = ended(stuck)
        stopped = time.monotonic() - began
        # A visitor is answered while the transaction is still open.
        assert Client().get("/boards/").status_code == 200
        set_patience("0")
    assert stuck.returncode == 1
    assert output.endswith("Applying boards.9001_motto... stopped\n")
    assert errors.startswith("CommandError: Stopped, so that the site need not wait")
    assert errors.count("\n") == 1
    assert max(answered, stopped) < LOCK_TIMEOUT + 2


def test_what_was_stopped_can_be_run_again() -> None:
    with transaction("SELECT count(*) FROM boards_board"):
        assert ended(start(url(), module=LATER))[1]
    again = start(url(), module=LATER)
    output, errors = ended(again)
    assert (again.returncode, errors) == (0, "")
    assert "Applying boards.9001_motto... OK" in output
    back = start(url(), "boards", LAST, module=LATER)
    assert ended(back)[1] == ""


def test_a_database_of_another_encoding_is_refused_before_anything_is_made() -> None:
    server, name = url().rpartition("/")[0], f"rboard_ascii_{secrets.token_hex(6)}"
    make = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    administer(f"{server}/postgres", sql.SQL(make).format(sql.Identifier(name)))
    try:
        process = start(f"{server}/{name}")
        output, errors = ended(process)
        assert (process.returncode, output) == (1, "")
        assert errors.startswith(
            "CommandError: The database's encoding is SQL_ASCII, and must be UTF8"
        )
        assert len(errors.splitlines()) == 1
    finally:
        administer(f"{server}/postgres", sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_it_leaves_the_session_as_it_was() -> None:
    """Tests and `prepare` go on with the same connection."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "soon"])
def test_it_waits_for_some_seconds_or_none(wait: str) -> None:
    with pytest.raises(CommandError, match="invalid seconds value"):
        call_command("migrate", f"--wait={wait}")
