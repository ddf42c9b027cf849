"""Queries whose SQL is made once.

The query language takes about a millisecond to turn a query into SQL, several times what the
database takes to answer it. So a query that every page asks is written as a function of stand-ins
for its values: called once for each shape, and its SQL kept.

    @prepared
    def _votes(voter: Given, targets: Given) -> QuerySet[PostVote]:
        votes = PostVote.objects.filter(AmongGiven("target_id", targets), voter=voter)
        return votes.values_list("target", "value")

    dict(_votes.rows(voter=member.pk, targets=[1, 2, 3]))
"""

import inspect
import json
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a query for a value that comes later, wherever a value or a parameter may stand.

    For lists of integers see AmongGiven.
    """

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class AmongGiven(Func):
    """Whether a column is among integers that come later, however many."""

    output_field = BooleanField()

    def __init__(self, column: str, values: Given, **extra: Any) -> None:
        super().__init__(F(column), values, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="%(expressions)s::bigint[])", arg_joiner=" = ANY("
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        joiner = " IN (SELECT value FROM json_each("
        return self.as_sql(compiler, connection, template="%(expressions)s))", arg_joiner=joiner)


class _Statement:
    """The SQL of one shape of a query on one kind of database, and how its rows are read."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.compiler = rows.query.get_compiler(using=rows.db)
        self.sql, params = self.compiler.as_sql()
        self.params: list[Any] = list(params)
        columns = [selected[0] for selected in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)

    def execute(self, values: dict[str, Any]) -> list[Any]:
        params = [
            _adapted(values[param.name]) if isinstance(param, Given) else param
            for param in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
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


def _adapted(value: Any) -> Any:
    """A value as the driver of the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, list) and connection.vendor == "sqlite":
        return json.dumps(value)
    return value


class Prepared(Generic[Row]):
    """A query that is made of the shape it is asked in, once, and asked for values."""

    def __init__(self, build: Callable[..., QuerySet[Row, Any]]) -> None:
        self.build = build
        self.names = [
            name
            for name, parameter in inspect.signature(build).parameters.items()
            if parameter.annotation is Given
        ]
        self.kept: dict[Hashable, _Statement] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        """All rows, as tuples: for a query that ends with `values_list`."""
        return self._statement(shape).execute(values)

    def objects(self, *shape: Hashable, **values: Any) -> list[Row]:
        """All rows, as instances of the model."""
        statement = self._statement(shape)
        return list(map(statement.instance, statement.execute(values)))

    def first(self, *shape: Hashable, **values: Any) -> Row | None:
        """The first instance, or None if there are no rows."""
        found = self.objects(*shape, **values)
        return found[0] if found else None

    def _statement(self, shape: tuple[Hashable, ...]) -> _Statement:
        key = (connection.vendor, *shape)
        kept = self.kept.get(key)
        if kept is None:
            given = {name: Given(name) for name in self.names}
            kept = self.kept[key] = _Statement(self.build(*shape, **given))
        return kept


def prepared(build: Callable[..., QuerySet[Row, Any]]) -> Prepared[Row]:
    """Make of a function a query that is turned into SQL once for each shape.

    The arguments annotated as `Given` are the values, passed by name each time it is asked. The
    others are its shape, passed by place: they may change the SQL, and there are few of them.
    """
    return Prepared(build)
