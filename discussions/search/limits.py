"""How long a search may take, whatever it asks for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connections, router, transaction

from discussions.models import Post

SECONDS = 1.0  # for each statement
# SQLite looks at the clock after so many steps, of which it takes some ten million a second.
STEPS = 10_000
# What PostgreSQL says of a statement that it ended.
_CANCELED = "57014"


class TooLong(Exception):
    """The database was still looking when the time was over."""


@contextmanager
def in_time() -> Iterator[None]:
    """End what is read inside when it takes too long, with TooLong; the connection goes on.

    Whoever searches holds up a whole worker meanwhile.
    """
    connection = connections[router.db_for_read(Post)]
    timed = _timed_postgresql if connection.vendor == "postgresql" else _timed_sqlite
    try:
        with timed(connection):
            yield
    except OperationalError as error:
        if not _is_ended(error):
            raise
        raise TooLong from error


@contextmanager
def _timed_postgresql(connection: Any) -> Iterator[None]:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        [before] = cursor.fetchone()
        # Until the end of the transaction, so that a pool of connections does not pass it on.
        _set(cursor, f"{SECONDS * 1000:.0f}ms")
        yield
        _set(cursor, before)


def _set(cursor: Any, timeout: str) -> None:
    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [timeout])


@contextmanager
def _timed_sqlite(connection: Any) -> Iterator[None]:
    connection.ensure_connection()
    end = time.monotonic() + SECONDS
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)


def _is_ended(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", None) == _CANCELED or str(error) == "interrupted"
