"""Which rows hold the words of a search: asked of each row, or of the index for those that do.

Neither is enough alone. A word that many texts hold is soon found by looking at the rows in their
order. A rare one is in few rows, which the index names; looking for it in order would walk through
the whole table. So a page looks at the next few rows, and asks the index only if they do not fill
it. Of a board that lacks a word of many others the index names those of the others too, and to a
guest those in private threads: so it is asked for the newest `MOST_HOLDERS` alone, and a page says
that there are older ones.

The newest that hold a common word are found by walking back over the texts' words. Else PostgreSQL
reads all that the index names, which tells no order: 100,000 take some 40 ms, so it ends with the
time (see `limits`) where a site has tens of millions.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from django.db import connection, connections, router
from django.db.models import BooleanField, F, Func, Model, Value

from paging import AmongGiven, Page

Shown = TypeVar("Shown")

# So many rows are looked at in some tens of milliseconds.
MOST_HOLDERS = 10_000

# What stands between the id of a row and the words, and what after them. The subselect is one that
# PostgreSQL can't turn into a join: it knows little of how many rows match.
_ONE = {
    "postgresql": (
        "(SELECT words FROM {index} AS held WHERE held.id = ",
        ") @@ to_tsquery('simple', ",
        ")",
    ),
    "sqlite": ("EXISTS (SELECT 1 FROM {index} WHERE rowid = ", " AND {index} MATCH ", ")"),
}
# Whether a word is common is seen in the texts written last: PostgreSQL's own guess is far off for
# the beginning of a word, and for words that never meet.
SAMPLE = 1_000
COMMON = 0.05  # of the sample
_SAMPLED = (
    "SELECT count(*) FROM (SELECT words FROM {index} WHERE id < %s ORDER BY id DESC LIMIT %s)"
    " AS latest WHERE words @@ to_tsquery('simple', %s)"
)
# Of common words: back over the ids until there are enough. PostgreSQL takes every second row to
# fulfil a CASE, whatever it thinks of the words.
_WALKED = (
    "SELECT id FROM {index} WHERE id < %s AND CASE WHEN words @@ to_tsquery('simple', %s) "
    "THEN TRUE ELSE FALSE END ORDER BY id DESC LIMIT %s"
)
# Of others: from the index of words. OFFSET keeps PostgreSQL from walking after all.
_LOOKED_UP = (
    "SELECT id FROM (SELECT id FROM {index} WHERE words @@ to_tsquery('simple', %s) OFFSET 0)"
    " AS held WHERE id < %s ORDER BY id DESC LIMIT %s"
)
# FTS5 keeps the rows of each word in their order.
_IN_FTS5 = (
    "SELECT rowid FROM {index} WHERE {index} MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
)
_LAST = 2**63 - 1


class Holders(NamedTuple):
    """The newest rows that hold some words, latest first, and whether there are older ones."""

    pks: list[int]
    are_more: bool


@dataclass
class Found(Page[Shown]):
    """A page of what was found; `is_cut` if not all that hold the words were looked at."""

    is_cut: bool = False


def holds(model: type[Model], words: Any) -> Func:
    """Whether a row holds the words: for a few rows, each of which is looked at."""
    before, between, after = (part.format(index=_index(model)) for part in _ONE[connection.vendor])
    return Func(
        F("pk"),
        Value(words) if isinstance(words, str) else words,
        template=f"{before}%(expressions)s{after}",
        arg_joiner=between,
        output_field=BooleanField(),
    )


def newest_holders(model: type[Model], words: str, *, behind: int | None = None) -> Holders:
    """The newest rows that hold the words, of those with ids below `behind`."""
    place: int = _LAST if behind is None else behind
    using = connections[router.db_for_read(model)]
    with using.cursor() as cursor:
        read = _read_postgresql if using.vendor == "postgresql" else _read_sqlite
        pks = read(cursor, _index(model), words, place)
    return Holders(pks[:MOST_HOLDERS], len(pks) > MOST_HOLDERS)


def _read_postgresql(cursor: Any, index: str, words: str, place: int) -> list[int]:
    cursor.execute(_SAMPLED.format(index=index), [place, SAMPLE, words])
    [held] = cursor.fetchone()
    if held >= COMMON * SAMPLE:
        cursor.execute(_WALKED.format(index=index), [place, words, MOST_HOLDERS + 1])
    else:
        cursor.execute(_LOOKED_UP.format(index=index), [words, place, MOST_HOLDERS + 1])
    return [pk for (pk,) in cursor.fetchall()]


def _read_sqlite(cursor: Any, index: str, words: str, place: int) -> list[int]:
    cursor.execute(_IN_FTS5.format(index=index), [words, place, MOST_HOLDERS + 1])
    return [pk for (pk,) in cursor.fetchall()]


def among(pks: list[int]) -> AmongGiven:
    """Whether a row is one of these."""
    return AmongGiven("pk", Value(json.dumps(pks) if connection.vendor == "sqlite" else pks))


def _index(model: type[Model]) -> str:
    return f"{model._meta.db_table}words"
