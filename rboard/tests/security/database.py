"""Proof that an attack changed nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def digests(*but: str) -> dict[str, str]:
    """One digest of all rows for each table of the database, but for some tables."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in but:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = "\n".join(sorted(map(repr, cursor.fetchall())))
                found[table] = hashlib.sha256(rows.encode()).hexdigest()
    return found


@contextmanager
def unchanged(*but: str) -> Iterator[None]:
    """Fail if any table changes meanwhile, but for those named."""
    before = digests(*but)
    yield
    after = digests(*but)
    changed = [table for table in before if before[table] != after.get(table)]
    assert not changed, f"changed: {', '.join(changed)}"
