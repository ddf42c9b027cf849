"""A site as in production, on the PostgreSQL that DATABASE_URL names."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from bench import preparing
from bench.serving import ROOT, Failed, Server, environment, serving, sibling
from bench.sizes import Size

FOUND = 3  # how commands end that find something wrong


class Site:
    """A database, and what is done with it by commands of its own processes."""

    def __init__(self, database: str, **settings: str) -> None:
        self.database = database
        self.environment = environment(database, PAGE_CACHE_SECONDS="10") | settings

    def run(self, *command: str) -> "subprocess.Popen[str]":
        """Start Python in this site's environment."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *command: str) -> str:
        """What a command of manage.py says. Raises Failed if it ends with an error."""
        return said(self.run("manage.py", *command), FOUND)

    def ask(self, *command: str) -> Any:
        """What a command of manage.py says as JSON."""
        return json.loads(self.manage(*command, "--json"))

    def scene(self, writers: int) -> dict[str, Any]:
        """Make members and a thread; see scene.py."""
        making = preparing.inside("drills.scene", self.environment, writers=writers)
        found: dict[str, Any] = preparing.answer(making)
        return found

    def faults(self) -> int:
        """How many trees are broken and how many counters are wrong."""
        trees, counters = self.ask("check_tree"), self.ask("recount")
        drifted = [each["drifted"] for each in counters.values() if isinstance(each, dict)]
        return int(trees["faulty"] + sum(drifted))

    def comments(self) -> set[int]:
        """The ids of all that are there."""
        return {row[0] for row in self.query("SELECT id FROM discussions_comment")}

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall()
        finally:
            connection.close()

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """gunicorn with rboard's own configuration."""
        with serving(self.environment) as server:
            yield server

    def beside(self, name: str) -> "Site":
        """A site on a new, empty database of the same server."""
        connection = psycopg2.connect(sibling(self.database, "postgres"))
        connection.autocommit = True  # as CREATE DATABASE asks for
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        connection.close()
        return Site(sibling(self.database, name))


def said(child: "subprocess.Popen[str]", *good: int) -> str:
    """What a program printed. Raises Failed if it ended otherwise than well, or with `good`."""
    output, errors = child.communicate()
    if child.returncode not in {0, *good}:
        raise Failed(f"{' '.join(map(str, child.args))}:\n{output}{errors}")  # type: ignore[arg-type]
    return output


def fresh(content: Size | None = None) -> Site:
    """A new site on the database of bin/postgres-for, with its static files.

    It is empty, or as the benchmark fills one of this size.
    """
    database = os.environ["DATABASE_URL"]
    preparing.prepare(database)
    if content is not None:
        preparing.make({database: content})
    return Site(database)
