"""Which rows hold the words of a search: asked of each row, or of the index for all of them.

Neither is enough alone. A word that many texts hold is soon found by looking at the rows in their
order; asking the index first would read them all. A rare one is in few rows, which the index names;
looking for it in order would walk through the whole table. So a page looks at the next few rows,
and asks the index only if they do not fill it: then there are not many, as a rule. Of one board
that lacks a word of many others the index names those of the others too (200,000 take 60 ms).
"""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Value

# What stands between the id of a row and the words, and what after them. The subselects are ones
# that PostgreSQL can't turn into joins: it knows little of how many rows match.
_ONE = {
    "postgresql": (
        "(SELECT words FROM {index} AS held WHERE held.id = ",
        ") @@ to_tsquery('simple', ",
        ")",
    ),
    "sqlite": ("EXISTS (SELECT 1 FROM {index} WHERE rowid = ", " AND {index} MATCH ", ")"),
}
_ANY = {
    "postgresql": (
        "",
        " = ANY(ARRAY(SELECT id FROM {index} WHERE words @@ to_tsquery('simple', ",
        ")))",
    ),
    "sqlite": ("", " IN (SELECT rowid FROM {index} WHERE {index} MATCH ", ")"),
}


def holds(model: type[Model], words: Any) -> Func:
    """Whether a row holds the words: for a few rows, each of which is looked at."""
    return _condition(_ONE, model, words)


def among_holders(model: type[Model], words: Any) -> Func:
    """Whether a row is among all that hold the words, which are not many."""
    return _condition(_ANY, model, words)


def _condition(ways: dict[str, tuple[str, str, str]], model: type[Model], words: Any) -> Func:
    index = f"{model._meta.db_table}words"
    before, between, after = (part.format(index=index) for part in ways[connection.vendor])
    return Func(
        F("pk"),
        Value(words) if isinstance(words, str) else words,
        template=f"{before}%(expressions)s{after}",
        arg_joiner=between,
        output_field=BooleanField(),
    )
