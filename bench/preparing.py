"""Databases and what is in them, made by processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import psycopg2

from bench.serving import ROOT, Failed, environment, sibling
from bench.sizes import Size


def inside(part: str, settings: dict[str, str], **options: Any) -> "subprocess.Popen[str]":
    """Start a part that needs Django (see inside.py)."""
    command = [sys.executable, "-m", "bench.inside", part, json.dumps(options)]
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)


def answer(child: "subprocess.Popen[str]") -> Any:
    """What a part returned. Raises Failed if it broke; its traceback is on the terminal."""
    said, _ = child.communicate()
    if child.returncode:
        raise Failed("a part of the benchmark broke (see above)")
    return json.loads(said)


def prepare(database: str, others: Iterable[str] = ()) -> None:
    """Make the tables and the static files; the other databases are copies, empty as well."""
    command = [sys.executable, "manage.py", "prepare"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"manage.py prepare failed:\n{done.stdout}{done.stderr}")
    _execute(database, "DELETE FROM accounts_member")  # the operator, for whom it has no use here
    connection = psycopg2.connect(sibling(database, "postgres"))
    connection.autocommit = True  # as CREATE DATABASE asks for
    with connection.cursor() as cursor:
        template = database.rpartition("/")[2]
        for name in others:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()


def make(sites: dict[str, Size]) -> list[Any]:
    """Make sites side by side, given each database's URL; what bench.make tells of each."""
    children = [
        inside("make", environment(database), **asdict(size)) for database, size in sites.items()
    ]
    return [answer(child) for child in children]


def ask(database: str, statement: str, *parameters: object) -> Any:
    """The first value of the first row."""
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]  # type: ignore[index]


def _execute(database: str, statement: str) -> None:
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
