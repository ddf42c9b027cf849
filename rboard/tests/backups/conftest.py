"""A site with something of everything, to be backed up."""

import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Member
from boards.actions import make_board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.actions.votes import vote
from discussions.models import Post
from moderation.actions.content import remove
from moderation.actions.log import By
from rboard.backups.errors import BackupError
from rboard.backups.making import Made, backup, site
from rboard.backups.postgresql import PostgreSQL

Names = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def client_tools(request: pytest.FixtureRequest) -> None:
    """PostgreSQL's own programs are needed; in CI they have to be there."""
    if "transactional_db" not in request.fixturenames or os.environ.get("CI"):
        return
    request.getfixturevalue("transactional_db")
    database = site()
    if isinstance(database, PostgreSQL):
        try:
            for program in ("pg_dump", "pg_restore", "psql"):
                database.tool(program)
        except BackupError as error:
            pytest.skip(str(error))


def make_words_whole() -> None:
    """Whatever earlier tests did to those of the search: SQLite keeps them out of sight."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in ("discussions_postwords", "discussions_commentwords"):
                cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


@pytest.fixture
def ann(transactional_db: None) -> Member:
    make_words_whole()
    return Member.objects.create_user("ann", "a long password")


@pytest.fixture
def post(ann: Member) -> Post:
    """With comments, votes, a removed one, a session and a receipt."""
    board = make_board(maker=ann, name="garden", title="Garden")
    post = submit_post(
        author=ann, board=board, title="Roses", text="Ünïcödé 🌹 \\ 'quoted'\n\tlines"
    )
    ben = Member.objects.create_user("ben", "a long password")
    first = reply(author=ben, post=post, text="Prune them", once=uuid4())
    answer = reply(author=ann, post=post, parent=first, text="When?")
    vote(voter=ann, target=first, value=1)
    remove(answer, By(ann))
    Client().force_login(ann)
    return post


@pytest.fixture
def made(post: Post, tmp_path: Path) -> Made:
    return backup(tmp_path / "site.tar.zst", quiet=True)


def run(command: str, *arguments: Any) -> Any:
    """What a command says with --json; with its exit status where that is not 0."""
    said = StringIO()
    try:
        call_command(command, *map(str, arguments), "--json", stdout=said)
    except SystemExit as end:
        return json.loads(said.getvalue()) | {"exit": end.code}
    return json.loads(said.getvalue())


@pytest.fixture
def scratch_databases() -> Names:
    """Asks which databases there are beside the site's."""

    def names() -> list[str]:
        if connection.vendor == "sqlite":
            file = Path(connection.settings_dict["NAME"])
            return [path.name for path in file.parent.glob(f".{file.name}-verify-*")]
        own = connection.settings_dict["NAME"][:40]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{own}_verify_%"]
            )
            return [row[0] for row in cursor.fetchall()]

    return names
