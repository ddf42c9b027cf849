"""PostgreSQL's own programs, and what they are told."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError
from django.db import connection, connections

from discussions.models import Post
from rboard.backups import tools
from rboard.backups.errors import BackupError
from rboard.backups.making import Made
from rboard.tests.backups.conftest import run
from rboard.tests.browser.site import fresh_database
from rboard.tests.security.database import unchanged

postgresql = pytest.mark.postgresql


def installed(monkeypatch: pytest.MonkeyPatch, *versions: int) -> None:
    found = {version: f"/opt/{version}/pg_dump" for version in versions}
    monkeypatch.setattr(tools, "_installed", lambda _program: found)


def test_the_server_s_own_version_is_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newer one writes, the server may not take."""
    installed(monkeypatch, 14, 15, 17)
    assert tools.find("pg_dump", 15) == "/opt/15/pg_dump"
    assert tools.find("pg_dump", 16) == "/opt/17/pg_dump"


def test_programs_that_are_too_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, 13, 14)
    with pytest.raises(BackupError, match="pg_dump is of version 14, the server of 16: install"):
        tools.find("pg_dump", 16)


def test_programs_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    with pytest.raises(BackupError, match=r"not on this machine: .*postgresql-client-16"):
        tools.find("pg_dump", 16)


@postgresql
def test_no_command_line_holds_the_password(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on the machine can read those; and what a broken program left is gone."""
    fake = tmp_path / "pg_dump"
    fake.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/told\necho "$PGPASSWORD" >{tmp_path}/env\n'
        "echo 'pg_dump: error: no luck' >&2\nexit 1\n"
    )
    fake.chmod(0o700)
    monkeypatch.setattr(tools, "find", lambda *_args: str(fake))
    parameters = connection.get_connection_params() | {"password": "hush hush"}
    environment = tools.environment(parameters)
    monkeypatch.setattr(tools, "environment", lambda _parameters: environment)
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(CommandError, match="pg_dump failed: pg_dump: error: no luck"):
        run("backup", folder)
    assert (tmp_path / "env").read_text() == "hush hush\n"
    told = (tmp_path / "told").read_text()
    assert "--snapshot=" in told
    assert "hush" not in told
    assert list(folder.iterdir()) == []


@postgresql
def test_it_verifies_in_a_database_that_was_made_for_it(made: Made, tmp_path: Path) -> None:
    """Where the site's user may make none; it is empty again behind that."""
    with fresh_database(connection.settings_dict, tmp_path) as url:
        for _time in range(2):
            said = run("restore", made.path, "--verify", "--into", url)
            assert said["verified"]


@postgresql
def test_it_does_not_verify_in_a_database_with_something_in_it(made: Made) -> None:
    name = quote(connection.settings_dict["NAME"])
    with unchanged(), pytest.raises(CommandError, match="--into is not empty"):
        run("restore", made.path, "--verify", "--into", f"postgres:///{name}")


@postgresql
@pytest.mark.parametrize("url", ["sqlite:////tmp/x", "nonsense"])
def test_it_is_told_where_by_a_url(url: str, made: Made) -> None:
    with pytest.raises(CommandError, match="--into must look like postgres://"):
        run("restore", made.path, "--verify", "--into", url)


@postgresql
def test_a_user_who_may_make_no_database_is_told_of_into(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS rboard_nobody")
        cursor.execute("CREATE ROLE rboard_nobody NOCREATEDB")
    real = type(connections["default"])._nodb_cursor

    def as_nobody(self: Any) -> Any:
        manager = real(self)
        cursor = manager.__enter__()
        cursor.execute("SET ROLE rboard_nobody")
        return _Entered(manager, cursor)

    monkeypatch.setattr(type(connections["default"]), "_nodb_cursor", as_nobody)
    try:
        with pytest.raises(CommandError, match=r"may make no database.*--into"):
            run("restore", made.path, "--verify")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE rboard_nobody")


class _Entered:
    def __init__(self, manager: Any, cursor: Any) -> None:
        self.manager, self.cursor = manager, cursor

    def __enter__(self) -> Any:
        return self.cursor

    def __exit__(self, *args: Any) -> Any:
        return self.manager.__exit__(*args)
