"""How the database is asked for rows; here, by keyset pages.

The next page starts after the last row of this one, found through the index. Unlike a page number,
the thousandth page costs what the first does, and rows that come meanwhile shift nothing.

keysets, groups    a place in an order and its index; the first rows of each of many groups
batches, spill     all of many rows, some at a time; what is too much for memory
ids                ids as addresses and forms name them
prepared, writing  queries, updates and inserts whose SQL is made once,
statements, plans  and what is below them
trouble            what an error means to whoever runs a command
operations         changes of tables and indexes beside a site that goes on
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from paging.groups import Groups, first_of_all, first_of_each, sizes_of_groups
from paging.ids import id_of
from paging.keysets import Behind, KeysetIndex
from paging.prepared import Prepared, planned, prepared
from paging.statements import AmongGiven, Given

__all__ = [
    "AmongGiven",
    "Given",
    "Groups",
    "KeysetIndex",
    "Page",
    "Prepared",
    "cursor",
    "first_ids",
    "first_of_each",
    "in_order",
    "keyset_page",
    "merged",
    "page_of",
    "parse_cursor",
    "planned",
    "prepared",
    "sizes_of_groups",
]

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
SEPARATOR = "~"


@dataclass
class Page(Generic[Shown]):
    """Some rows, and the cursor of the page after them ("" on the last page)."""

    rows: list[Shown]
    after: str


def cursor(value: Any, pk: int) -> str:
    """What names the place behind the row of this value and id, in an address."""
    text = value.isoformat() if isinstance(value, datetime) else repr(value)
    return f"{text}{SEPARATOR}{pk}"


def in_order(
    rows: QuerySet[Row], *, column: str, after: str, ascending: bool = False
) -> QuerySet[Row]:
    """The rows by (column, id), largest first, from behind the cursor `after`.

    Raises BadRequest if `after` is no cursor of this column.
    """
    direction = "" if ascending else "-"
    rows = rows.order_by(f"{direction}{column}", f"{direction}pk")
    return _behind(rows, column, after, ascending)


def keyset_page(
    rows: QuerySet[Row], *, column: str, after: str, size: int, ascending: bool = False
) -> Page[Row]:
    """At most `size` rows in order, from behind the cursor `after` (see in_order)."""
    ordered = in_order(rows, column=column, after=after, ascending=ascending)
    return page_of(list(ordered[: size + 1]), column=column, size=size)


def merged(
    groups: Sequence[Groups],
    *,
    dress: Callable[[QuerySet[Any]], QuerySet[Any]],
    column: str,
    size: int,
    behind: tuple[Given, Given] | None,
) -> QuerySet[Any]:
    """The first `size` rows by (column, id), largest first, of all `groups` taken together.

    Each group gives its first rows through its index, whatever else it holds; none is in two.
    `dress` adds what is read of them, and must not leave any out. `behind` stands for the value and
    the id that `parse_cursor` gives.
    """
    order = (f"-{column}", "-pk")
    if len(groups) == 1 and not groups[0].keys:
        [group] = _onward(groups, column, behind)
        return dress(group.rows).order_by(*order)[:size]  # in half the time
    ids = first_ids(groups, column=column, size=size, behind=behind)
    return dress(groups[0].rows.model._default_manager.filter(pk__in=ids)).order_by(*order)


def first_ids(
    groups: Sequence[Groups], *, column: str, size: int, behind: tuple[Given, Given] | None
) -> RawSQL:
    """The ids of the rows that `merged` gives, for `pk__in`."""
    return first_of_all(_onward(groups, column, behind), column=column, size=size)


def _onward(
    groups: Sequence[Groups], column: str, behind: tuple[Given, Given] | None
) -> list[Groups]:
    if behind is None:
        return list(groups)
    return [
        replace(some, rows=some.rows.filter(Behind(column, *behind, indexed=some.indexed)))
        for some in groups
    ]


def page_of(found: list[Shown], *, column: str, size: int) -> Page[Shown]:
    """A page of rows that were read with one more, if there is one; they tell `column` and `pk`."""
    if len(found) <= size:
        return Page(found, "")
    last: Any = found[size - 1]
    return Page(found[:size], cursor(getattr(last, column), last.pk))


def _behind(rows: QuerySet[Row], column: str, after: str, ascending: bool) -> QuerySet[Row]:
    """Those of the rows that come after the cursor."""
    if not after:
        return rows
    value, pk = parse_cursor(rows.model, column, after)
    place = Value(value, rows.model._meta.get_field(column))  # type: ignore[arg-type]
    return rows.filter(Behind(column, place, Value(pk), ascending=ascending))


def parse_cursor(model: type[Model], column: str, after: str) -> tuple[Any, int]:
    """The value and the id that a cursor names; BadRequest if it is none of this column."""
    try:
        text, pk = after.rsplit(SEPARATOR, 1)
        value = model._meta.get_field(column).clean(text, None)  # type: ignore[union-attr]
        if isinstance(value, datetime):
            if timezone.is_naive(value):
                raise ValueError
            value = value.astimezone(UTC)  # the edges of time overflow here, not in the database
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError
        row = id_of(pk)
        if row is None:
            raise ValueError
        return value, row
    except (ValueError, OverflowError, ValidationError):
        raise BadRequest(_("The page that this address names does not exist.")) from None
