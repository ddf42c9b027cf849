"""What a PostgreSQL holds, in counts and checksums, and how all of it is dropped."""

import hashlib
from typing import Any

from django.db import connection

from rboard.backups.contents import LEFT_OUT, Contents, Table

# On which the text of a value depends.
PLAIN = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
IN_SCHEMA = "JOIN pg_namespace n ON n.oid = {}namespace AND n.nspname = current_schema()"
TABLES = f"SELECT relname FROM pg_class {IN_SCHEMA.format('rel')} WHERE relkind IN ('r', 'p')"
COLUMNS = """
SELECT quote_ident(attname), attcollation <> 0, array_position(indkey::int2[], attnum)
FROM pg_attribute LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname
"""
SEQUENCES = """
SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema()
"""
OBJECTS = f"""
SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT 'constraint ' || relname || '.' || conname FROM pg_constraint
    JOIN pg_class c ON c.oid = conrelid {IN_SCHEMA.format("rel")}
UNION ALL SELECT 'trigger ' || relname || '.' || tgname FROM pg_trigger
    JOIN pg_class c ON c.oid = tgrelid {IN_SCHEMA.format("rel")} WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p {IN_SCHEMA.format("pro")}
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""
DROPS = f"""
SELECT 'DROP ' || CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
    WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END || ' IF EXISTS ' || c.oid::regclass
    || ' CASCADE'
FROM pg_class c {IN_SCHEMA.format("rel")} WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('e', 'i', 'a'))
UNION ALL SELECT 'DROP ROUTINE IF EXISTS ' || p.oid::regprocedure || ' CASCADE'
FROM pg_proc p {IN_SCHEMA.format("pro")}
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""


def schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


def drops(cursor: Any) -> list[str]:
    """The statements that drop all tables, sequences and functions but those of extensions.

    Sequences that belong to a column go with it.
    """
    return _column(cursor, DROPS)


def read(cursor: Any, *, for_backup: bool = False) -> Contents:
    """What is in the database as the cursor's transaction sees it, or of that in a backup."""
    for statement in PLAIN:
        cursor.execute(statement)
    cursor.execute(SEQUENCES)
    sequences = dict(sorted(cursor.fetchall()))
    tables = sorted(_column(cursor, TABLES))
    left_out = LEFT_OUT if for_backup else ()
    found = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
    return Contents(
        tables={name: _table(cursor, name, empty=name in left_out) for name in tables},
        sequences=sequences,
        objects=sorted(_column(cursor, OBJECTS)),
        migrations=_column(cursor, found) if "django_migrations" in tables else [],
    )


def _column(cursor: Any, query: str) -> list[str]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]


class _Lines:
    """Takes rows, a line each, and keeps their number and their hash."""

    def __init__(self, columns: str) -> None:
        self.rows, self.hash = 0, hashlib.sha256(columns.encode())

    def write(self, lines: bytes) -> int:
        self.rows += lines.count(b"\n")
        self.hash.update(lines)
        return len(lines)


def _table(cursor: Any, name: str, *, empty: bool) -> Table:
    cursor.execute(COLUMNS, [name])
    columns = cursor.fetchall()
    key = sorted(
        (place, column, is_text) for column, is_text, place in columns if place is not None
    )
    shown = ", ".join(column for column, _is_text, _place in columns)
    lines = _Lines(shown)
    if empty:
        return Table(lines.rows, lines.hash.hexdigest())
    # By bytes: another server may have another order of letters.
    order = [f'{column} COLLATE "C"' if is_text else column for _place, column, is_text in key]
    order = order or [f'{column}::text COLLATE "C"' for column, _is_text, _place in columns]
    cursor.execute("SELECT quote_ident(%s)", [name])
    rows = f"SELECT {shown} FROM {cursor.fetchone()[0]} ORDER BY {', '.join(order)}"
    # Row by row through this process, which so needs no room, and nor does the server.
    with connection.wrap_database_errors:  # of what Django's cursor doesn't know
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT", lines)
    return Table(lines.rows, lines.hash.hexdigest())
