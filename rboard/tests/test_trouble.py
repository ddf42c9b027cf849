"""What commands say of a database that was not migrated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from paging.trouble import in_a_line
from rboard.tests.browser.site import ROOT


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["* FROM nowhere", "motto FROM accounts_member"])
def test_what_is_not_there_wants_a_migration(what: str) -> None:
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {what}")
    told = in_a_line(caught.value)
    assert told.startswith("the database is not up to date")
    assert told.endswith("run manage.py migrate.")
    assert "\n" not in told


def test_of_another_error_its_words_are_told() -> None:
    assert in_a_line(OSError("no\n  room")) == "no room"


@pytest.mark.one_database
@pytest.mark.parametrize("command", ["prune", "export_board workshop -", "import_reddit"])
def test_a_command_on_an_empty_database(command: str, tmp_path: Path) -> None:
    if command == "import_reddit":
        lines = tmp_path / "posts.ndjson"
        lines.write_text(
            '{"id": "a1", "subreddit": "workshop", "title": "A stool", "author": "anna",'
            ' "created_utc": 1600000000, "selftext": "", "score": 1, "is_self": true}\n'
        )
        command = f"import_reddit --submissions {lines}"
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": "",
            "SECRET_KEY": "k" * 50,
            "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "run manage.py migrate" in done.stderr
