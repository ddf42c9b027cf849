"""Queries whose SQL is made once.

The query language takes about a millisecond to turn a query into SQL, several times what the
database takes to answer it. So a query that every page asks is written as a function of stand-ins
for its values: called once for each shape, and its SQL kept.

    @prepared
    def _votes(voter: Given, targets: Given) -> QuerySet[PostVote]:
        votes = PostVote.objects.filter(AmongGiven("target_id", targets), voter=voter)
        return votes.values_list("target", "value")

    dict(_votes.rows(voter=member.pk, targets=[1, 2, 3]))

PostgreSQL also keeps its plans for these, and for a query that finds rows by keys:

    @planned
    def _visit(member: Given, post: Given) -> QuerySet[Visit]:
        return Visit.objects.filter(member=member, post=post)
"""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from paging.statements import Asked, ByShape, Statement, execute

Row = TypeVar("Row", bound=Model)


def held(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of a prepared query that stay until the transaction ends: who deletes one waits.

    Many may hold them at once, and change them; on SQLite who writes has the database alone.
    """
    found: Any = rows.select_for_update(no_key=True)
    found.query.is_held = True
    return found  # type: ignore[no-any-return]


class _Select(Statement):
    """One that reads, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any], *, planned: bool) -> None:
        super().__init__(rows, planned=planned)
        self.model = rows.model
        columns = [selected[0] for selected in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)

    def rows(self, values: dict[str, Any], before: Asked | None = None) -> list[Any]:
        """Its rows once `before`, which may be sent in the same trip, is done."""
        writes = self.locks or before
        alias = DEFAULT_DB_ALIAS if writes else router.db_for_read(self.model)
        with connections[alias].cursor() as cursor:
            execute(cursor, *filter(None, [before]), self.asked(values))
            found: list[Any] = cursor.fetchall()
        if self.converters:
            return list(self.compiler.apply_converters(found, self.converters))
        return found

    @cached_property
    def instance(self) -> Callable[[Any], Any]:
        """What makes an instance of the model of a row, with those that were selected with it."""
        compiler, klass = self.compiler, self.compiler.klass_info
        first, last = klass["select_fields"][0], klass["select_fields"][-1] + 1
        names = [selected[0].target.attname for selected in compiler.select[first:last]]
        related = get_related_populators(klass, compiler.select, compiler.using)  # type: ignore[call-arg]
        annotations = list((compiler.annotation_col_map or {}).items())
        model, alias = klass["model"], compiler.using

        def make(row: Any) -> Any:
            made = model.from_db(alias, names, row[first:last])
            for populator in related:
                populator.populate(row, made)
            for name, place in annotations:
                setattr(made, name, row[place])
            return made

        return make


class Prepared(ByShape, Generic[Row]):
    """A query that is asked for values."""

    statement = _Select

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        """All rows, as tuples: for a query that ends with `values_list`."""
        found: list[Any] = self.of(shape).rows(values)
        return found

    def objects(self, *shape: Hashable, **values: Any) -> list[Row]:
        """All rows, as instances of the model."""
        select = self.of(shape)
        return list(map(select.instance, select.rows(values)))

    def first(self, *shape: Hashable, **values: Any) -> Row | None:
        """The first instance, or None if there are no rows."""
        found = self.objects(*shape, **values)
        return found[0] if found else None

    def first_after(self, before: Asked, *shape: Hashable, **values: Any) -> Row | None:
        """The first instance, as it is once a statement was done, such as one that locks.

        Both are sent in one trip, so both must be `planned`.
        """
        select = self.of(shape)
        found = select.rows(values, before)
        return select.instance(found[0]) if found else None


def prepared(build: Callable[..., QuerySet[Row, Any]]) -> Prepared[Row]:
    """Make of a function a query that is turned into SQL once for each shape.

    The arguments annotated as `Given` are the values, passed by name each time it is asked. The
    others are its shape, passed by place: they may change the SQL, and there are few of them.
    """
    return Prepared(build, planned=False)


def planned(build: Callable[..., QuerySet[Row, Any]]) -> Prepared[Row]:
    """As `prepared`, of a query whose best plan is the same whatever the values are.

    In a transaction it should read no texts of limited length: see PlanningCursor.
    """
    return Prepared(build, planned=True)
