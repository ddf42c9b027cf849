"""Rows that all tests of a module share: each test takes back what it changed of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def lasting(blocker: Any, *tables: str) -> Iterator[None]:
    """What is written here stays until the end, and is gone then; `blocker` is pytest-django's.

    For fixtures of a module, whose tests are in transactions within this one. `tables` are those
    that thousands of rows are written to.
    """
    with blocker.unblock():
        vacuum(*tables)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        vacuum(*tables)


def vacuum(*tables: str) -> None:
    """What was rolled back stays in the tables and indexes, and in the way of the next plans."""
    if tables and connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {', '.join(tables)}")


def analyze() -> None:
    """Let the database count what is there."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def forget() -> None:
    """Take from SQLite what it counted: it has nothing until an operator asks it to count."""
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 1
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")  # reads what is left of it
