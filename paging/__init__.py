"""Keyset pages: the next page starts after the last row of this one, found through the index.

Unlike a page number, the thousandth page costs what the first does, and rows that come meanwhile
shift nothing.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=Model)
SEPARATOR = "~"


@dataclass
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them ("" on the last page)."""

    rows: list[Row]
    after: str


def cursor(value: Any, pk: int) -> str:
    """What names the place behind the row of this value and id, in an address."""
    text = value.isoformat() if isinstance(value, datetime) else repr(value)
    return f"{text}{SEPARATOR}{pk}"


def in_order(
    rows: QuerySet[Row, Any], *, column: str, after: str, ascending: bool = False
) -> QuerySet[Row, Any]:
    """The rows by (column, id), largest first, from behind the cursor `after`.

    Raises BadRequest if `after` is no cursor of this column.
    """
    direction = "" if ascending else "-"
    rows = rows.order_by(f"{direction}{column}", f"{direction}pk")
    if after:
        rows = rows.filter(_behind(rows.model, column, after, "gt" if ascending else "lt"))
    return rows


def keyset_page(
    rows: QuerySet[Row], *, column: str, after: str, size: int, ascending: bool = False
) -> Page[Row]:
    """At most `size` rows by (column, id), largest first, from behind the cursor `after`.

    Raises BadRequest if `after` is no cursor of this column.
    """
    found = list(in_order(rows, column=column, after=after, ascending=ascending)[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    return Page(found[:size], cursor(getattr(last, column), last.pk))


def _behind(model: type[Model], column: str, after: str, side: str) -> Q:
    """Rows on one `side` ("lt" or "gt") of a cursor.

    The first condition is implied by the second; the database finds the index by it.
    """
    value, pk = _parse(model, column, after)
    bound = Q(**{f"{column}__{side}e": value})
    return bound & (Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{side}": pk}))


def _parse(model: type[Model], column: str, after: str) -> tuple[Any, int]:
    try:
        text, pk = after.rsplit(SEPARATOR, 1)
        value = model._meta.get_field(column).clean(text, None)  # type: ignore[union-attr]
        if isinstance(value, datetime):
            if timezone.is_naive(value):
                raise ValueError
            value = value.astimezone(UTC)  # the edges of time overflow here, not in the database
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError
        return value, _row_id(pk)
    except (ValueError, OverflowError, ValidationError):
        raise BadRequest(_("The page that this address names does not exist.")) from None


def _row_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValueError
    return int(text)
