"""Rows written with SQL that is made once, as prepared.py reads them: what every reply writes.

    @prepared_update
    def _see(visit: Given, at: Given) -> Update:
        return Update(Visit.objects.filter(pk=visit), seen_at=at)

    _see(visit=7, at=timezone.now())
    insert(PostVote(voter=member, target=post, value=1))

Several may go to the database in one trip, by `send`.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet, sql
from django.db.models.constants import OnConflict

from paging.plans import Planned
from paging.statements import Asked, ByShape, Statement, execute


class Update:
    """What an UPDATE sets, and in which rows."""

    def __init__(self, rows: QuerySet[Any], **values: Any) -> None:
        query: Any = rows.query
        self.query = query.chain(sql.UpdateQuery)
        self.query.add_update_values(values)


class PreparedUpdate(ByShape):
    """An UPDATE; called with values, it tells how many rows it changed."""

    statement = Statement

    def __call__(self, *shape: Hashable, **values: Any) -> int:
        return send(self.asked(*shape, **values))


def prepared_update(build: Callable[..., Update]) -> PreparedUpdate:
    """Make of a function an UPDATE that is turned into SQL once for each shape, as `planned`."""
    return PreparedUpdate(build, planned=True)


def send(*asked: Asked) -> int:
    """Send updates and inserts, all planned, in one trip; how many rows the last has changed.

    A trip takes as long as many a statement.
    """
    with connection.cursor() as cursor:
        execute(cursor, *asked)
        changed: int = cursor.rowcount
    return changed


def insert(*rows: Model, ignore_conflicts: bool = False, after: Sequence[Asked] = ()) -> None:
    """Write new rows in one trip as `bulk_create` does, with SQL that is made once for each model.

    Every column is written. No signal is sent, and a key that the database makes is not read back.
    `after`: what is to be done before, in the same trip.
    """
    # Once: `connection` stands for it, and finds it anew for each field.
    database = connections[DEFAULT_DB_ALIAS]
    asked = list(after)
    for row in rows:
        known = row.pk is not None
        statement, fields = _insert(type(row), known, ignore_conflicts, database.vendor)
        values = [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields]
        asked.append(Asked(statement, values))
    send(*asked)
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


@cache
def _insert(
    model: type[Model], has_key: bool, ignore_conflicts: bool, _vendor: str
) -> tuple[str, list[Any]]:
    """The SQL, and the fields whose values it takes."""
    fields = [field for field in model._meta.concrete_fields if has_key or not field.primary_key]
    query = sql.InsertQuery(model, on_conflict=OnConflict.IGNORE if ignore_conflicts else None)
    query.insert_values(fields, [model()])
    [(statement, _params)] = query.get_compiler(connection=connection).as_sql()
    return Planned(statement, len(fields)), fields
