"""What the container runs, with a Python that only tells what it was asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rboard.tests.browser.site import ROOT

pytestmark = pytest.mark.one_database

PYTHON = """#!/bin/sh
[ "$1" = -c ] && echo made || echo "$*" >>asked
"""
MIGRATE = "manage.py migrate --noinput -v 0"
SQLITE, POSTGRESQL = "sqlite:////data/x.sqlite3", "postgres://u:p@host/name"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the entry point, a volume, and two files with addresses of databases."""
    for name in ("bin", "data", "fake"):
        (tmp_path / name).mkdir()
    for name in ("entrypoint", "settings.sh"):
        shutil.copy(ROOT / "bin" / name, tmp_path / "bin")
    (tmp_path / "fake/python").write_text(PYTHON)
    (tmp_path / "fake/python").chmod(0o700)
    (tmp_path / "sqlite").write_text(f"{SQLITE}\n")
    (tmp_path / "postgresql").write_text(f"{POSTGRESQL}\n")
    return tmp_path


def serve(place: Path, settings: str = "", **variables: str) -> tuple[list[str], str]:
    """Serve; what Python was asked, and what the file of settings is then."""
    file = place / "data/rboard.env"
    if settings:
        file.write_text(settings)
    environment = {"PATH": f"{place}/fake:{os.environ['PATH']}"} | variables
    subprocess.run([place / "bin/entrypoint", "serve"], env=environment, check=True)
    return (place / "asked").read_text().splitlines(), file.read_text() if file.exists() else ""


def test_the_first_start_makes_a_secret_and_the_next_keep_it(place: Path) -> None:
    asked, settings = serve(place)
    assert asked[0] == MIGRATE
    assert settings == "SECRET_KEY=made\n"
    assert serve(place)[1] == settings
    assert (place / "data/rboard.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY=own",
        "export SECRET_KEY=own",
        " \tSECRET_KEY=own",
        "SECRET_KEY_FILE=/x",
        "export SECRET_KEY_FILE=/x",
    ],
)
def test_a_secret_in_the_settings_is_no_other_put_before(line: str, place: Path) -> None:
    assert serve(place, f"SITE_NAME=Garden\n{line}\n")[1] == f"SITE_NAME=Garden\n{line}\n"


@pytest.mark.parametrize("line", ["# SECRET_KEY=old", "MY_SECRET_KEY=x", "SECRET_KEY="])
def test_what_sets_none_is_seen(line: str, place: Path) -> None:
    assert serve(place, f"{line}\n")[1] == f"SECRET_KEY=made\n{line}\n"


def test_no_secret_is_put_where_it_is_not_read(place: Path) -> None:
    (place / "mine.env").write_text("SITE_NAME=Garden\n")
    assert serve(place, ENV_FILE="mine.env")[1] == ""


@pytest.mark.parametrize(
    ("settings", "variables"),
    [
        ("", {"DATABASE_URL": SQLITE}),
        ("", {"DATABASE_URL_FILE": "sqlite"}),
        ("", {"DATABASE_URL_FILE": "sqlite", "DATABASE_URL": POSTGRESQL}),
        (f"DATABASE_URL={SQLITE}\n", {}),
        (f"export DATABASE_URL='{SQLITE}'\n", {}),
        (f'DATABASE_URL={POSTGRESQL}\nDATABASE_URL="{SQLITE}"\n', {}),
        ("export DATABASE_URL_FILE=sqlite\n", {}),
        (f"DATABASE_URL={POSTGRESQL}\n", {"DATABASE_URL": SQLITE}),
    ],
)
def test_sqlite_is_known_however_it_is_named(
    settings: str, variables: dict[str, str], place: Path
) -> None:
    asked, kept = serve(place, settings, **variables)
    assert asked[0] == MIGRATE
    assert kept == f"SECRET_KEY=made\n{settings}"


@pytest.mark.parametrize(
    ("settings", "variables"),
    [
        ("", {"DATABASE_URL": POSTGRESQL}),
        ("", {"DATABASE_URL_FILE": "postgresql"}),
        ("", {"DATABASE_URL_FILE": "nothing"}),
        ("", {"DATABASE_URL_FILE": "postgresql", "DATABASE_URL": SQLITE}),
        (f"export DATABASE_URL={POSTGRESQL}\n", {}),
        (f"  DATABASE_URL={POSTGRESQL}\n", {}),
        ("DATABASE_URL_FILE=postgresql\n", {"DATABASE_URL": SQLITE}),
    ],
)
def test_another_database_is_left_to_migrate(
    settings: str, variables: dict[str, str], place: Path
) -> None:
    asked, kept = serve(place, settings, **variables)
    assert len(asked) == 1
    assert "gunicorn" in asked[0]
    assert kept == settings


@pytest.mark.parametrize("port", ["abc", "-1", "0", "65536", "9" * 5000, "8 0", "²"])
def test_a_wrong_port_is_told_in_a_line(port: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / "bin/entrypoint", "health"],
        env={"PATH": path, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("rboard: PORT must be")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("no", ["0", "no", "false", "off"])
def test_it_leaves_the_database_alone_where_it_shall(no: str, place: Path) -> None:
    assert MIGRATE not in serve(place, MIGRATE=no)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MIGRATE", "never"), *(("WEB_CONCURRENCY", n) for n in ("abc", "0", "-1", "2 3", "9" * 30))],
)
def test_a_wrong_value_is_told_in_a_line(name: str, value: str, place: Path) -> None:
    environment = {"PATH": f"{place}/fake:{os.environ['PATH']}", name: value}
    done = subprocess.run(
        [place / "bin/entrypoint", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"rboard: {name} must be")
    assert done.stderr.count("\n") == 1
    assert not (place / "asked").exists()


def test_a_file_of_settings_that_is_not_read_gets_no_secret(place: Path) -> None:
    assert serve(place, "SITE_NAME=Garden\n", ENV_FILE="")[1] == "SITE_NAME=Garden\n"
