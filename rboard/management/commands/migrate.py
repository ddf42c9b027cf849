"""Django's migrate, made so that it never stops a site that is being served."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from rboard.private_file import make_private_for

LOCK = 0x72626F617264  # "rboard", as the number that a lock of PostgreSQL has for a name
ASK_AGAIN = 0.2  # seconds
LONGEST_WAIT = 600.0  # seconds
LOCK_NOT_AVAILABLE = "55P03"  # of PostgreSQL's error codes


def seconds(text: str) -> float:
    """For argparse, which names what it is that is wrong by this function's name."""
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError
    return value


class Command(migrate.Command):
    help = (
        "Brings the database to what this code needs, while the site is served. On PostgreSQL one "
        "runs at a time, and one that would have to wait for a table longer than "
        "MIGRATE_LOCK_TIMEOUT seconds stops: the site would wait behind it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=seconds,
            default=LONGEST_WAIT,
            metavar="SECONDS",
            help="for how long to wait for another migrate to end (default: %(default)g)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Here, because the checks that come before handle() connect.
        make_private_for(connections[options["database"]])
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        only_looks = options["plan"] or options["check_unapplied"]
        if connection.vendor != "postgresql" or only_looks:
            super().handle(*args, **options)
            return
        _check_encoding(connection)
        with self._alone(connection, options["wait"]), _impatient(connection):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                    raise
                if options["verbosity"]:
                    self.stdout.write(" stopped")  # ends the line that tells what it was at
                raise CommandError(_stuck(connection)) from error

    @contextmanager
    def _alone(self, connection: BaseDatabaseWrapper, longest: float) -> Iterator[None]:
        """Hold the lock that only one migrate can hold, on the connection that migrates.

        Asked for again and again: a statement that waits for it would be an open transaction, for
        whose end the other one waits when it makes an index concurrently.
        """
        deadline = time.monotonic() + longest
        waited = False
        while not _ask(connection, "SELECT pg_try_advisory_lock(%s)", LOCK):
            if time.monotonic() > deadline:
                raise CommandError(f"Another migrate still runs after {longest:g} s.")
            if not waited:
                self.stdout.write("Another migrate runs: waiting for it to end")
                self.stdout.flush()
                waited = True
            time.sleep(ASK_AGAIN)
        try:
            yield
        finally:
            _at_the_end(connection, "SELECT pg_advisory_unlock(%s)", LOCK)


def _check_encoding(connection: BaseDatabaseWrapper) -> None:
    """Else a migration would end in the middle, with an error that names a collation."""
    encoding = _ask(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        raise CommandError(
            f"The database's encoding is {encoding}, and must be UTF8: make another, by "
            "CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8'."
        )


@contextmanager
def _impatient(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait for no table for long, and then take as much time as the work needs."""
    milliseconds = str(settings.MIGRATE_LOCK_TIMEOUT * 1000)
    _ask(connection, "SELECT set_config('lock_timeout', %s, false)", milliseconds)
    _ask(connection, "SELECT set_config('statement_timeout', '0', false)")
    try:
        yield
    finally:
        _at_the_end(connection, "RESET lock_timeout")
        _at_the_end(connection, "RESET statement_timeout")


def _ask(connection: BaseDatabaseWrapper, sql: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def _at_the_end(connection: BaseDatabaseWrapper, sql: str, *params: Any) -> None:
    """Undo something of the session, unless that ended or can do no more."""
    if connection.connection is None or connection.needs_rollback:
        return
    if not connection.is_usable():
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _stuck(connection: BaseDatabaseWrapper) -> str:
    """Why it stopped, in one line, with who is likely to be in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, extract(epoch FROM now() - xact_start)::int FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
        )
        oldest = cursor.fetchone()
    told = (
        f"Stopped, so that the site need not wait: a table was in use for longer than "
        f"MIGRATE_LOCK_TIMEOUT ({settings.MIGRATE_LOCK_TIMEOUT} s). Run migrate again later."
    )
    if oldest:
        told += f" The oldest transaction is that of process {oldest[0]}, {oldest[1]} s old."
    return told
