"""Reading all of many rows, some at a time: by keyset, so that the last cost what the first do."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from paging import keyset_page

SIZE = 500


def in_batches(rows: QuerySet[Any], *, key: str, size: int = SIZE) -> Iterator[Any]:
    """All the rows by `key`, a column that no two of them share; one query for each `size`."""
    rows = rows.order_by(key)
    found = list(rows[:size])
    yield from found
    while len(found) == size:
        found = list(rows.filter(**{f"{key}__gt": getattr(found[-1], key)})[:size])
        yield from found


def newest_first(
    rows: QuerySet[Any], *, column: str = "created_at", size: int = SIZE
) -> Iterator[Any]:
    """All the rows by (column, id), the newest first; one query for each `size`."""
    page = keyset_page(rows, column=column, after="", size=size)
    yield from page.rows
    while page.after:
        page = keyset_page(rows, column=column, after=page.after, size=size)
        yield from page.rows
