"""Many rows into PostgreSQL, quickly."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


def blank(model: type[models.Model]) -> dict[str, Any]:
    """A row of defaults, so that a column nobody here knows of is filled too."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.generated and field.db_default is models.NOT_PROVIDED
    }


@contextmanager
def quickly(*tables: type[models.Model]) -> Iterator[None]:
    """Rows of these tables are written without looking at what they refer to.

    Indexes are made when all rows are there, and sequences set to follow them. Needs a superuser.
    """
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")
        try:
            indexes = _drop_indexes(cursor, names)
            yield
            for definition in indexes:
                cursor.execute(definition)
            for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
                cursor.execute(statement)
        finally:
            if not connection.needs_rollback:
                cursor.execute("SET session_replication_role = origin")


def index_words() -> None:
    """Index all posts and comments for the search: the triggers that do it rest in `quickly`."""
    with connection.cursor() as cursor:
        for name, written in (("post", "title || ' ' || text || ' ' || url"), ("comment", "text")):
            table = f"discussions_{name}words"
            indexes = _drop_indexes(cursor, [table])
            rows = f"SELECT id, discussions_words({written}) FROM discussions_{name}"
            cursor.execute(f"INSERT INTO {table} {rows}")
            for definition in indexes:
                cursor.execute(definition)


def _drop_indexes(cursor: Any, tables: list[str]) -> list[str]:
    """Drop the indexes that no constraint stands on; the statements that make them again."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "JOIN pg_class ON pg_class.oid = indrelid "
        "WHERE relname = ANY(%s) AND pg_table_is_visible(indrelid) AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [tables],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def settle() -> None:
    """Leave the tables as they are after a night's rest: counted, and all rows known visible."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
