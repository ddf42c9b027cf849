"""A hundred thousand rows in seconds: copies of a few, written by the database itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"


def copy_rows(rows: list[models.Model], count: int, **changed: str) -> int:
    """Write `count` copies of rows whose ids follow each other, in turn; the first copy's id.

    `changed` says in SQL what is different in a copy: `r` is the row, `n` the copy's number from 0,
    and {id} the id of the first copy.
    """
    model, first = type(rows[0]), rows[0].pk
    assert [row.pk for row in rows] == list(range(first, first + len(rows)))
    new = model._base_manager.aggregate(last=Max("pk"))["last"] + 1
    names = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = {name: f"r.{name}" for name in names} | {"id": "{id} + n"} | changed
    told = ", ".join(values[name].format(id=new) for name in names)
    table = model._meta.db_table
    _execute(
        f"INSERT INTO {table} ({', '.join(names)}) {NUMBERS} SELECT {told} FROM numbers "
        f"JOIN {table} AS r ON r.id = {first} + n %% {len(rows)}",
        [count - 1],
    )
    return new


def later(column: str, seconds: str) -> str:
    """SQL for the moment in a column of `r`, and so many seconds."""
    if connection.vendor == "postgresql":
        return f"r.{column} + ({seconds}) * interval '1 second'"
    # As Django writes moments, which are compared as texts.
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', r.{column}, ({seconds}) || ' seconds') || '001'"


@contextmanager
def quickly(*written: type[models.Model], words: tuple[str, ...] = ()) -> Iterator[None]:
    """Write rows of these models, and make their indexes afterwards.

    Without the triggers that index the words, unless the tables that hold those are named too. To
    be called in a transaction that is rolled back.
    """
    tables = [model._meta.db_table for model in written]
    if connection.vendor == "postgresql":
        _execute("SET CONSTRAINTS ALL IMMEDIATE")  # tables that wait for a check can't be altered
        again = _postgresql([*tables, *words], [] if words else tables)
    else:
        again = _sqlite(tables, ["index"] if words else ["index", "trigger"])
    yield
    for statement in again:
        _execute(statement)
    for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
        _execute(statement)


def _postgresql(tables: list[str], quiet: list[str]) -> list[str]:
    """Take indexes and triggers off; the statements that bring them back."""
    found = _execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [tables],
    )
    for name, _ in found:
        _execute(f"DROP INDEX {name}")
    for table in quiet:
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    switched = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in quiet]
    return [definition for _, definition in found] + switched


def _sqlite(tables: list[str], kinds: list[str]) -> list[str]:
    """The same there."""
    again = []
    for table in tables:
        found = _execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL",
            [table],
        )
        for kind, name, sql in found:
            if kind in kinds:
                _execute(f"DROP {kind} {name}")
                again.append(sql)
    return again


def _execute(sql: str, values: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
