"""Rows that all tests of a module share: each test takes back what it changed of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
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
        _execute(f"VACUUM {', '.join(tables)}")


def analyze() -> None:
    """Let PostgreSQL count what is there, as it does by itself. SQLite never does."""
    if connection.vendor == "postgresql":
        _execute("ANALYZE")


@contextmanager
def counted() -> Iterator[None]:
    """As it is on SQLite once an operator told it to count."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has counted")
    _execute("ANALYZE")
    yield
    _execute("DELETE FROM sqlite_stat1")
    _execute("ANALYZE sqlite_schema")  # reads what is left


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
