"""A page of any queue of the desk, found through an index for each of the boards."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from paging import Page, page_of, parse_cursor
from paging.groups import Groups, first_of_all
from paging.keysets import Behind

PAGE_SIZE = 25


def first_page(
    rows: QuerySet[Any],
    keys: Mapping[str, set[int]],
    *,
    column: str,
    ascending: bool,
    after: str,
    dress: Callable[[QuerySet[Any]], QuerySet[Any]],
) -> Page[Any]:
    """The first rows by (column, id), from behind the cursor `after`.

    `keys`: columns with the values that are wanted of each. Every combination of them gives its
    first through its index, however many wait. `dress` adds what is read of them.
    """
    if after:
        value, pk = parse_cursor(rows.model, column, after)
        kind: Any = rows.model._meta.get_field(column)
        rows = rows.filter(Behind(column, Value(value, kind), Value(pk), ascending=ascending))
    single = {name: next(iter(values)) for name, values in keys.items() if len(values) == 1}
    several = {name: _listed(values) for name, values in keys.items() if len(values) != 1}
    rows = rows.filter(**single)
    direction = "" if ascending else "-"
    order = (f"{direction}{column}", f"{direction}pk")
    # The ids first: joined to all that a card shows, the planner would go through all rows.
    if several:
        groups = [Groups(rows, several, ascending)]
        ids = first_of_all(groups, column=column, size=PAGE_SIZE + 1)
        with connection.cursor() as cursor:
            cursor.execute(ids.sql, ids.params)
            found = [pk for (pk,) in cursor.fetchall()]
    else:
        found = list(rows.order_by(*order).values_list("pk", flat=True)[: PAGE_SIZE + 1])
    shown = dress(rows.model._default_manager.filter(pk__in=found)).order_by(*order)
    return page_of(list(shown), column=column, size=PAGE_SIZE)


def _listed(values: set[int]) -> Any:
    """Some values as the databases take a list of them."""
    return sorted(values) if connection.vendor == "postgresql" else json.dumps(sorted(values))
