"""A site as in production, on the PostgreSQL that DATABASE_URL names or on SQLite."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from bench import preparing
from bench.serving import CSRF, HOST, ROOT, Failed, Server, environment, serving, sibling
from bench.sizes import Size

FOUND = 3  # how commands end that find something wrong
READY_SECONDS = 30
SQLITE = "sqlite:///"


class Site:
    """A database, and what is done with it by commands of its own processes.

    `folder` holds their code, which is ready when it has a page at `ready_at`.
    """

    ready_at = "/readyz"

    def __init__(self, database: str, folder: Path = ROOT, **settings: str) -> None:
        self.database, self.folder = database, folder
        self.environment = environment(database, PAGE_CACHE_SECONDS="10") | settings

    def run(self, *command: str) -> "subprocess.Popen[str]":
        """Start Python in this site's environment."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.folder,
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

    def scene(self, writers: int, board: str = "drill") -> dict[str, Any]:
        """Make members and a thread for each; see scene.py."""
        making = preparing.inside("drills.scene", self.environment, writers=writers, board=board)
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
        if self.database.startswith(SQLITE):
            with closing(sqlite3.connect(self.database.removeprefix(SQLITE))) as file:
                return file.execute(statement, parameters).fetchall()
        with closing(psycopg2.connect(self.database)) as server, server.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        """gunicorn with rboard's own configuration, ready."""
        with serving(self.environment | settings, folder=self.folder) as server:
            wait_until_ready(server.port, self.ready_at)
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


def fresh(content: Size | None = None, **settings: str) -> Site:
    """A new site on the database of bin/postgres-for, with its static files.

    It is empty, or as the benchmark fills one of this size.
    """
    database = os.environ["DATABASE_URL"]
    preparing.prepare(database)
    if content is not None:
        preparing.make({database: content})
    return Site(database, ROOT, **settings)


def fresh_on_sqlite(folder: Path) -> Site:
    """A new, empty site whose database is a file in `folder`."""
    site = Site(f"{SQLITE}{folder / 'site.sqlite3'}")
    said(site.run("manage.py", "prepare"))
    return site


def probe(port: int, path: str, cookie: str = "", seconds: float = 10) -> tuple[int, str]:
    """The status of an answer, 0 of none, and after how many seconds one shall come again."""
    link = HTTPConnection(HOST, port, timeout=seconds)
    with closing(link):
        try:
            link.request("GET", path, headers={"Cookie": cookie})
            response = link.getresponse()
        except (OSError, HTTPException):
            return 0, ""
        return response.status, response.headers.get("Retry-After") or ""


def send(port: int, path: str, fields: dict[str, str]) -> int:
    """Send a form as a guest; the status of the answer."""
    link = HTTPConnection(HOST, port, timeout=60)
    headers = {"Cookie": f"csrf={CSRF}", "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", path, urlencode({"csrfmiddlewaretoken": CSRF, **fields}), headers)
    status = link.getresponse().status
    link.close()
    return status


def wait_until_ready(port: int, path: str = "/readyz") -> None:
    """Raises Failed if a server does not answer there with 200 soon."""
    until = time.monotonic() + READY_SECONDS
    while (status := probe(port, path)[0]) != 200:
        if time.monotonic() > until:
            raise Failed(f"{path} of a server is {status} after {READY_SECONDS} s")
        time.sleep(0.05)
