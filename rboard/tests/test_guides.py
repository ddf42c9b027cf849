"""Every command of the operators' guides runs as it is written there.

A command that is not known to guides.py fails, so that none goes untried.
"""

import os
import re
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings

from rboard.backups import tools
from rboard.backups.errors import BackupError
from rboard.tests.browser.site import (
    ROOT,
    STATIC_ROOT,
    clean_environment,
    collect_static,
    fresh_database,
)
from rboard.tests.guides import DOCS, GUIDES, Here, There, commands_of

DATABASE = settings.DATABASES["default"]
ON_POSTGRESQL = DATABASE["ENGINE"].endswith("postgresql")


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


@dataclass
class Shell:
    """A folder in which an operator types, and its site; `other` is where boards move to."""

    home: Path
    environment: dict[str, str]
    other: str
    scratch: str

    def said(self, command: str, **variables: str) -> str:
        """What a command prints. It has to end well."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.home,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"{command}\nends with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def filled_in(self, command: str) -> str:
        """With the operator's own things in the place of words in capitals."""
        # One each time: two backups of the same second would have the same name.
        folder = mkdtemp(prefix="backups-", dir=self.home)
        own = {
            "postgres://user:password@host/scratch": self.scratch,
            "/var/backups/rboard": folder,
            "/srv/rboard": str(self.home),
            "FILE-OR-FOLDER": folder,
            "FILE": str(max(self.home.glob("backups-*/*"), key=_age, default="")),
            "BOARD": "homeserver",
            "dbname=NAME": f"dbname={urlsplit(self.scratch).path[1:]}",
            "NAME": "noor_a",
            "N": "3",
        }
        pattern = "|".join(rf"(?<!\w){re.escape(word)}(?![\w-])" for word in own)
        return re.sub(pattern, lambda match: own[match[0]], command)

    def try_out(self, command: str, how: Here) -> None:
        kind = "postgresql" if ON_POSTGRESQL else "sqlite"
        is_lacking = how.needs and not shutil.which(how.needs) and not os.environ.get("CI")
        if how.only not in {"", kind} or is_lacking:
            return
        variables = {"DATABASE_URL": self.other} if how.elsewhere else {}
        said = self.said(self.filled_in(how.to or command), **variables)
        assert re.search(how.says, said), f"{command}\nsays no {how.says!r} but:\n{said}"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """One for all guides: each is followed on a site that is in use."""
    tmp_path = tmp_path_factory.mktemp("home")
    if ON_POSTGRESQL and not os.environ.get("CI"):
        try:
            tools.find("pg_dump", 13)
        except BackupError as error:
            pytest.skip(str(error))
    with databases(tmp_path) as (own, other, scratch):
        shell = Shell(tmp_path, environment(tmp_path, own), other, scratch)
        collect_static(shell.environment)
        for name in (".env.example", "manage.py"):
            (tmp_path / name).symlink_to(ROOT / name)
        program(tmp_path / ".venv/bin/python")
        program(tmp_path / "bin/manage.py", str(ROOT / "manage.py"))
        shell.said("manage.py prepare")
        yield shell


@contextmanager
def databases(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Of the site, of another one, and one for nothing."""
    for name in ("other", "scratch"):
        (folder / name).mkdir()
    with (
        fresh_database(DATABASE, folder) as own,
        fresh_database(DATABASE, folder / "other") as other,
        fresh_database(DATABASE, folder / "scratch") as scratch,
    ):
        yield own, other, scratch


def environment(home: Path, database: str) -> dict[str, str]:
    told = {
        "DATABASE_URL": database,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "STATIC_ROOT": str(STATIC_ROOT),
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "ENV_FILE": os.devnull,
        "UPLOADS_URL": f"file://{home}/uploads",
        "PUBLIC_URL": "http://127.0.0.1:1",  # nobody is there
        "PATH": f"{home}/bin:{os.environ['PATH']}",
    }
    if ON_POSTGRESQL:
        place = urlsplit(database)
        told |= {
            "PGHOST": place.hostname or "",
            "PGPORT": str(place.port),
            "PGUSER": unquote(place.username or ""),
            "PGPASSWORD": unquote(place.password or ""),
        }
    return clean_environment() | told


def program(path: Path, *arguments: str) -> None:
    """This Python, under another name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, *arguments])} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


# Each of these commands has tests of its own on both databases.
ONE_DATABASE = {"operators.md": pytest.mark.one_database}


@pytest.mark.parametrize(
    "guide", [pytest.param(guide, marks=ONE_DATABASE.get(guide, ())) for guide in GUIDES]
)
def test_every_command_runs_as_it_is_written(guide: str, shell: Shell) -> None:
    for command in commands_of((DOCS / guide).read_text()):
        how = GUIDES[guide][command]
        if isinstance(how, Here):
            shell.try_out(command, how)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_known_and_no_other(guide: str) -> None:
    assert set(commands_of((DOCS / guide).read_text())) == set(GUIDES[guide])


def test_what_is_tried_elsewhere_is() -> None:
    known = [how for guide in GUIDES.values() for how in guide.values()]
    for how in known:
        if isinstance(how, There):
            assert how.why
            assert how.by in (ROOT / how.program).read_text(), how


def test_commands_are_found_wherever_they_stand() -> None:
    text = """# Guide
    first --one
    15 3 * * *  second && third

Then `fourth
--two`, a `word`, and `python manage.py`:

```ini
User=rboard
ExecStart=/a/fifth
```

```nginx
listen 443 ssl;
```

| what | `sixth
 x` |
"""
    assert commands_of(text) == [
        "first --one", "second && third", "fourth --two", "/a/fifth", "sixth x",
    ]  # fmt: skip
