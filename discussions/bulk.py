"""Many rows at once, by the quickest way that the database has."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

T = TypeVar("T")
ROWS_PER_STATEMENT = 500

# What COPY's text format writes with a backslash; the backslash itself first.
_ESCAPED = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that no other row has or will get, from the table's own sequence.

    Rows that are written all at once name them before they are there. On SQLite call this in a
    transaction: they are IMMEDIATE, so nobody else can take the ids meanwhile.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))


def insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, each a value for every column without a default in the database.

    All rows name the same columns, by the fields' attribute names.
    """
    for chunk in chunks(rows, ROWS_PER_STATEMENT):
        if connection.vendor == "postgresql":
            _copy(model, chunk)
        else:
            model._default_manager.bulk_create([model(**row) for row in chunk])


def _copy(model: type[models.Model], rows: list[Mapping[str, Any]]) -> None:
    """PostgreSQL's COPY: four times as fast as INSERT here."""
    names = list(rows[0])
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in _fields(model, names))
    lines = StringIO("".join(_line(row[name] for name in names) for row in rows))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", lines)


def _fields(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _line(values: Iterable[Any]) -> str:
    """One row in COPY's text format."""
    return "\t".join([_copied(value) for value in values]) + "\n"


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, dict):
        value = json.dumps(value)
    if not isinstance(value, str):
        return str(value)
    text = value
    for character, escaped in _ESCAPED.items():
        if character in text:
            text = text.replace(character, escaped)
    return text


def update(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Set `columns` of many rows; each of `rows` is a primary key and the columns' values."""
    fields = [model._meta.pk, *_fields(model, columns)]
    for chunk in chunks(rows, ROWS_PER_STATEMENT):
        values = [
            field.get_db_prep_save(value, connection)
            for row in chunk
            for field, value in zip(fields, row, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(_update_statement(model, fields, len(chunk)), values)


def _update_statement(model: type[models.Model], fields: Sequence[Any], rows: int) -> str:
    """Both databases name the columns of VALUES column1, column2 and so on."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    key, *columns = (quote(field.column) for field in fields)
    new = ", ".join(f"{name} = v.column{place}" for place, name in enumerate(columns, 2))
    row = "(" + ", ".join(["%s"] * len(fields)) + ")"
    values = ", ".join([row] * rows)
    return f"UPDATE {table} SET {new} FROM (VALUES {values}) AS v WHERE {table}.{key} = v.column1"
