"""The first rows of each of many groups: one short index scan a group, in one statement.

Django's query language has no word for it. On PostgreSQL it is a LATERAL join over an array of the
groups; SQLite has no LATERAL, but reads a correlated `IN (SELECT … LIMIT n)` in the same way. In
both the statement is as long for one group as for a thousand, and so is its planning: a UNION ALL
of a branch for each group would be planned branch by branch.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

Statement = tuple[str, list[Any]]


@dataclass(frozen=True)
class Groups:
    """The first `size` of `rows` in each group; a group is a value for each of `columns`.

    The columns are integers, and an index begins with them and goes on with the order asked for.
    Without columns all rows are one group.
    """

    rows: QuerySet[Any]
    columns: tuple[str, ...] = ()
    keys: Sequence[tuple[int, ...]] = ()
    size: int = 1

    def select(self, column: str, *, ascending: bool) -> Statement:
        """A statement that gives of each of the first rows its place in the order."""
        direction = "" if ascending else "-"
        rows = self.rows.order_by(f"{direction}{column}", f"{direction}pk")
        if not self.columns:
            sql, params = _compile(rows, self.size, first_id=F("pk"), first_value=F(column))
            return f"SELECT first_id, first_value FROM ({sql}) AS first", params
        if connection.vendor == "postgresql":
            return self._lateral(rows, column)
        return self._correlated(rows, column)

    def _lateral(self, rows: QuerySet[Any], column: str) -> Statement:
        names = [f"key{place}" for place in range(len(self.columns))]
        mine = self._in_group(rows, [f"wanted.{name}" for name in names])
        sql, params = _compile(mine, self.size, first_id=F("pk"), first_value=F(column))
        arrays = ", ".join(["%s::bigint[]"] * len(names))
        keys = [[key[place] for key in self.keys] for place in range(len(names))]
        return (
            f"SELECT first_id, first_value FROM unnest({arrays}) AS wanted ({', '.join(names)}) "
            f"CROSS JOIN LATERAL ({sql}) AS first",
            [*keys, *params],
        )

    def _correlated(self, rows: QuerySet[Any], column: str) -> Statement:
        places = range(len(self.columns))
        mine = self._in_group(rows, [f"json_extract(wanted.value, '$[{n}]')" for n in places])
        sql, params = _compile(mine, self.size, first_id=F("pk"))
        table = connection.ops.quote_name(rows.model._meta.db_table)
        # CROSS JOIN tells SQLite to go through the groups first.
        return (
            f"SELECT found.id AS first_id, found.{column} AS first_value "
            f"FROM json_each(%s) AS wanted CROSS JOIN {table} AS found "
            f"WHERE found.id IN ({sql})",
            [json.dumps(self.keys), *params],
        )

    def _in_group(self, rows: QuerySet[Any], keys: Iterable[str]) -> QuerySet[Any]:
        pairs = zip(self.columns, keys, strict=True)
        return rows.filter(**{name: RawSQL(key, []) for name, key in pairs})


def first_of_each(groups: Sequence[Groups], *, column: str, ascending: bool = False) -> RawSQL:
    """Ids of the first rows of all groups by (column, id), for `pk__in`; in no order."""
    sql, params = _united(groups, column, ascending)
    return RawSQL(f"SELECT first_id FROM ({sql}) AS firsts", params)


def first_of_all(groups: Sequence[Groups], *, column: str, size: int) -> RawSQL:
    """Ids of the first `size` rows of all groups taken together, the largest by (column, id)."""
    sql, params = _united(groups, column, ascending=False)
    order = "ORDER BY first_value DESC, first_id DESC LIMIT %s"
    return RawSQL(f"SELECT first_id FROM ({sql}) AS firsts {order}", [*params, size])


def _united(groups: Sequence[Groups], column: str, ascending: bool) -> Statement:
    statements = [some.select(column, ascending=ascending) for some in groups]
    sql = " UNION ALL ".join(sql for sql, _ in statements)
    return sql, [param for _, params in statements for param in params]


def _compile(rows: QuerySet[Any], size: int, **columns: F) -> Statement:
    sql, params = rows.values(**columns)[:size].query.sql_with_params()
    return sql, list(params)
