"""A site's PostgreSQL: dumped while others write, and loaded again, by its own programs."""

import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import IO, Any

import environ
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

from rboard.backups import loading, tools
from rboard.backups.contents import LEFT_OUT, SOMEBODY, Contents
from rboard.backups.errors import BackupError
from rboard.backups.reading import drops, read, schema

POLL_SECONDS = 0.1


class PostgreSQL:
    """The database of one connection of Django."""

    kind = "postgresql"
    part = "database.dump"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def version(self) -> str:
        number = self._number()
        return f"{number // 10_000}.{number % 10_000}"

    def _number(self) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            return int(cursor.fetchone()[0])

    def tool(self, program: str) -> str:
        return tools.find(program, self._number() // 10_000)

    def environment(self) -> dict[str, str]:
        return tools.environment(self.connection.get_connection_params())

    def copy(self, folder: Path, advance: Callable[[int], Any]) -> tuple[Path, Contents]:
        """A dump of one moment in a folder, and what is in it: both see the same snapshot."""
        program = self.tool("pg_dump")
        path = folder / self.part
        with self._snapshot() as cursor:
            contents = read(cursor, for_backup=True)
            cursor.execute("SELECT pg_export_snapshot()")
            command = [program, "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
            command += [f"--snapshot={cursor.fetchone()[0]}", f"--schema={schema(cursor)}"]
            command += [f"--exclude-table-data=*.{name}" for name in LEFT_OUT]
            command += ["--lock-wait-timeout=60s", "--no-password", f"--file={path}"]
            self._dump(command, path, advance)
        return path, contents

    @contextmanager
    def _snapshot(self) -> Iterator[Any]:
        """A cursor of a connection of its own that goes on to see this moment."""
        own = self.connection.copy()
        try:
            own.set_autocommit(False)
            with own.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield cursor
        finally:
            own.close()

    def _dump(self, command: list[str], path: Path, advance: Callable[[int], Any]) -> None:
        with tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(  # noqa: S603
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            try:
                _watch(child, path, advance)
            finally:
                child.kill()
                child.wait()
            if child.returncode:
                said.seek(0)
                raise BackupError(f"pg_dump failed: {tools.last_line(said.read())}")

    def is_empty(self) -> bool:
        """Whether there is nothing to be lost: no table, or a new site without anybody."""
        with self.connection.cursor() as cursor:
            tables = set(self.connection.introspection.table_names(cursor))
            if not set(SOMEBODY) <= tables:
                return not tables
            cursor.execute("SELECT " + " OR ".join(f"EXISTS (TABLE {name})" for name in SOMEBODY))
            return not cursor.fetchone()[0]

    def load(self, dump: IO[bytes], *, ours: bool = True) -> None:
        """Put a dump in the place of everything that is there: all of it, or nothing.

        But one of others, not `ours`, may do whatever the database's user and psql can.
        """
        with self.connection.cursor() as cursor:
            before, name = drops(cursor), schema(cursor)
        self.connection.close()
        command = [self.tool("pg_restore"), "--file=-", "--no-owner", "--no-privileges"]
        command += [f"--schema={name}"]
        psql = self.tool("psql")
        loading.load(command, psql, self.environment(), before, dump, ours=ours)
        with self.connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def contents(self) -> Contents:
        with self._snapshot() as cursor:
            return read(cursor)

    def scratch(self, into: str) -> AbstractContextManager["PostgreSQL"]:
        """An empty database beside, gone with the block; or the one that a URL names, emptied."""
        return self._named(into) if into else self._made()

    @contextmanager
    def _made(self) -> Iterator["PostgreSQL"]:
        name = f"{self.connection.settings_dict['NAME'][:40]}_verify_{secrets.token_hex(4)}"
        with self.connection._nodb_cursor() as cursor:
            try:
                cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
            except Error as error:
                raise BackupError(
                    "the database's user may make no database to try it in: give an empty one "
                    "with --into postgres://user:password@host/name"
                ) from error
            other = PostgreSQL(_elsewhere(self.connection, NAME=name))
            try:
                yield other
            finally:
                other.connection.close()
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def _named(self, url: str) -> Iterator["PostgreSQL"]:
        other = PostgreSQL(_elsewhere(self.connection, **_told(url)))
        with closing(other.connection):
            if not other.is_empty():
                raise BackupError("the database of --into is not empty")
            try:
                yield other
            finally:
                other.connection.close()  # in whatever state it was left
                with other.connection.cursor() as cursor:
                    for statement in drops(cursor):
                        cursor.execute(statement)


def _watch(child: "subprocess.Popen[bytes]", path: Path, advance: Callable[[int], Any]) -> None:
    """Until a program has ended, tell by how much the file that it writes has grown."""
    seen = 0
    while True:
        try:
            child.wait(POLL_SECONDS)
            return
        except subprocess.TimeoutExpired:
            size = path.stat().st_size if path.exists() else 0
            advance(size - seen)
            seen = size


def _elsewhere(connection: BaseDatabaseWrapper, **settings: Any) -> BaseDatabaseWrapper:
    other = connection.copy()
    other.settings_dict.update(settings)
    return other


def _told(url: str) -> dict[str, Any]:
    """What a URL says of a database; the rest is as for the site's own."""
    wrong = "--into must look like postgres://user:password@host/name"
    if not url.startswith(("postgres://", "postgresql://")):
        raise BackupError(wrong)
    try:
        said = environ.Env.db_url_config(url)
    except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
        raise BackupError(wrong) from error
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    return {name: said[name] for name in names if said.get(name)}
