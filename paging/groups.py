"""The first rows of each of many groups: one short index scan a group, in one statement.

Django's query language has no word for it. On PostgreSQL it is a LATERAL join over an array of the
groups; SQLite has no LATERAL, but reads a correlated `IN (SELECT … LIMIT n)` in the same way. In
both the statement is as long for one group as for a thousand, and so is its planning: a UNION ALL
of a branch for each group would be planned branch by branch.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from paging.statements import Given

Statement = tuple[str, list[Any]]


@dataclass(frozen=True)
class Groups:
    """`rows` by group; `keys` names columns, with a stand-in for the list of values of each.

    There is a group for every combination of the values, of integers all; an index begins with
    those columns and goes on with the order asked for. Without keys all rows are one group; few
    that are found by another index, and sorted, are not `indexed`.
    """

    rows: QuerySet[Any]
    keys: Mapping[str, Given] = field(default_factory=dict)
    ascending: bool = False
    indexed: bool = True

    def select(self, column: str, size: int) -> Statement:
        """A statement that gives the place in the order of each of the first `size` of a group."""
        direction = "" if self.ascending else "-"
        rows = self.rows.order_by(f"{direction}{column}", f"{direction}pk")
        if not self.keys:
            sql, params = _compile(rows, size, first_id=F("pk"), first_value=F(column))
            return f"SELECT first_id, first_value FROM ({sql}) AS first", params
        if connection.vendor == "postgresql":
            return self._lateral(rows, column, size)
        return self._correlated(rows, column, size)

    def _lateral(self, rows: QuerySet[Any], column: str, size: int) -> Statement:
        mine = self._in_group(rows, "wanted{place}.key")
        sql, params = _compile(mine, size, first_id=F("pk"), first_value=F(column))
        wanted = self._wanted("unnest(%s::bigint[]) AS wanted{place} (key)")
        return (
            f"SELECT first_id, first_value FROM {wanted} CROSS JOIN LATERAL ({sql}) AS first",
            [*self.keys.values(), *params],
        )

    def _correlated(self, rows: QuerySet[Any], column: str, size: int) -> Statement:
        mine = self._in_group(rows, "wanted{place}.value")
        sql, params = _compile(mine, size, first_id=F("pk"))
        table = connection.ops.quote_name(rows.model._meta.db_table)
        # CROSS JOIN also tells SQLite to go through the groups first.
        wanted = self._wanted("json_each(%s) AS wanted{place}")
        return (
            f"SELECT found.id AS first_id, found.{column} AS first_value "
            f"FROM {wanted} CROSS JOIN {table} AS found WHERE found.id IN ({sql})",
            [*self.keys.values(), *params],
        )

    def _wanted(self, one: str) -> str:
        return " CROSS JOIN ".join(one.format(place=place) for place in range(len(self.keys)))

    def _in_group(self, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
        for place, name in enumerate(self.keys):
            rows = _of_group(rows, name, key.format(place=place))
        return rows


# SQLite takes no limit from a column, so there is a branch for each of these sizes, and a group is
# asked for up to four times as many rows as are wanted of it.
_SIZES = [4**power for power in range(6)]


def first_of_each(rows: QuerySet[Any], key: str, *, column: str, ascending: bool = False) -> RawSQL:
    """Ids of the first rows by (column, id) of each value of `key`, for `pk__in`; in no order.

    For a prepared query that is given `sizes_of_groups`, too.
    """
    direction = "" if ascending else "-"
    rows = rows.order_by(f"{direction}{column}", f"{direction}pk")
    if connection.vendor == "postgresql":
        sql, params = _compile(_of_group(rows, key, "wanted.key"), None, first_id=F("pk"))
        return RawSQL(
            "SELECT first_id FROM unnest(%s::bigint[], %s::int[]) AS wanted (key, size) "
            f"CROSS JOIN LATERAL ({sql} LIMIT wanted.size) AS first",
            [Given("keys"), Given("sizes"), *params],
        )
    sql, params = _compile(_of_group(rows, key, "wanted.value"), None, first_id=F("pk"))
    table = connection.ops.quote_name(rows.model._meta.db_table)
    branches, values = [], []
    for size in _SIZES:
        branches.append(
            f"SELECT found.id FROM json_each(%s) AS wanted CROSS JOIN {table} AS found "
            f"WHERE found.id IN ({sql} LIMIT {size})"
        )
        values += [Given(f"keys_of_{size}"), *params]
    return RawSQL(" UNION ALL ".join(branches), values)


def sizes_of_groups(sizes: Mapping[int, int]) -> dict[str, list[int]]:
    """The values for `first_of_each`: for each value of its key how many rows, 1,024 at most.

    On SQLite there may come more, the next ones in order.
    """
    if connection.vendor == "postgresql":
        return {"keys": list(sizes), "sizes": list(sizes.values())}
    values: dict[str, list[int]] = {f"keys_of_{size}": [] for size in _SIZES}
    for key, wanted in sizes.items():
        values[f"keys_of_{_SIZES[bisect_left(_SIZES, wanted)]}"].append(key)
    return values


def first_of_all(groups: Sequence[Groups], *, column: str, size: int) -> RawSQL:
    """Ids of the first `size` rows of all groups taken together, the largest by (column, id).

    The smallest, if the groups say that they are `ascending`.
    """
    statements = [some.select(column, size) for some in groups]
    sql = " UNION ALL ".join(sql for sql, _ in statements)
    params = [param for _, params in statements for param in params]
    way = "ASC" if groups[0].ascending else "DESC"
    order = f"ORDER BY first_value {way}, first_id {way} LIMIT %s"
    return RawSQL(f"SELECT first_id FROM ({sql}) AS firsts {order}", [*params, size])


def _of_group(rows: QuerySet[Any], name: str, key: str) -> QuerySet[Any]:
    return rows.filter(**{name: RawSQL(key, [])})


def _compile(rows: QuerySet[Any], size: int | None, **columns: F) -> Statement:
    sql, params = rows.values(**columns)[:size].query.sql_with_params()
    return sql, list(params)
