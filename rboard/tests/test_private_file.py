"""Nobody else on the machine reads a SQLite file, whoever makes it."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from rboard.backups.making import site
from rboard.management.commands import prepare
from rboard.private_file import make_private
from rboard.tests.browser.site import ROOT, clean_environment

sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> set[int]:
    found = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert found
    return found


def test_migrate_makes_it_private(tmp_path: Path) -> None:
    environment = clean_environment() | {"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3"}
    command = [sys.executable, "manage.py", "migrate", "contenttypes", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    assert modes(tmp_path) == {0o600}


class Stopped(Exception):
    """Behind the first connection."""


@sqlite
def test_the_start_of_a_checkout_makes_it_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    def stop(*_args: Any, **_options: Any) -> None:
        raise Stopped

    other = connection.copy()
    other.settings_dict["NAME"] = str(tmp_path / "x.sqlite3")
    monkeypatch.setattr(prepare, "connection", other)
    monkeypatch.setattr(prepare, "call_command", stop)
    with django_db_blocker.unblock(), pytest.raises(Stopped):
        prepare.Command().handle()
    other.close()
    assert modes(tmp_path) == {0o600}


@sqlite
def test_restore_makes_it_private(transactional_db: None, tmp_path: Path) -> None:
    path, _contents = site().copy(tmp_path, lambda _count: None)
    with site().scratch("") as new, path.open("rb") as dump:
        new.load(dump)
        folder = Path(new.connection.settings_dict["NAME"]).parent
        assert modes(folder) == {0o600}


def test_one_that_is_there_stays_as_its_owner_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_text("content")
    path.chmod(0o640)
    make_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text() == "content"


def test_an_empty_one_becomes_private(tmp_path: Path) -> None:
    """As a command that found no database leaves behind."""
    path = tmp_path / "x.sqlite3"
    path.touch(mode=0o644)
    make_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
