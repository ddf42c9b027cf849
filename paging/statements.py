"""Statements whose SQL is made once: what those that read and those that write have in common.

prepared.py has those that read, and tells why; writing.py has those that write.
"""

import inspect
import json
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, F, Field, Func
from django.db.models.expressions import Expression
from django.db.transaction import TransactionManagementError

from paging.plans import Planned, Together


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

    def __init__(self, column: str, values: Expression, **extra: Any) -> None:
        super().__init__(F(column), values, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="%(expressions)s::bigint[])", arg_joiner=" = ANY("
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        joiner = " IN (SELECT value FROM json_each("
        return self.as_sql(compiler, connection, template="%(expressions)s))", arg_joiner=joiner)


class Asked(NamedTuple):
    """A statement with the values of its parameters."""

    statement: str
    params: list[Any]


class Statement:
    """The SQL of one shape of a queryset, or of an Update, on one kind of database."""

    def __init__(self, rows: Any, *, planned: bool) -> None:
        # A replica speaks the same SQL, and what was read from it is written to the default.
        self.compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self.sql, params = self.compiler.as_sql()
        if getattr(rows.query, "is_held", False):
            self.sql = self.sql.replace("FOR NO KEY UPDATE", "FOR KEY SHARE")
        self.params: list[Any] = list(params)
        if planned:
            places = [n for n, param in enumerate(self.params) if isinstance(param, Given)]
            self.sql = Planned(self.sql, len(self.params), places)
        self.locks = rows.query.select_for_update

    def asked(self, values: dict[str, Any]) -> Asked:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("a lock lasts as long as its transaction")
        params = [
            _adapted(values[param.name]) if isinstance(param, Given) else param
            for param in self.params
        ]
        return Asked(self.sql, params)


def _adapted(value: Any) -> Any:
    """A value as the driver of the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, list) and connection.vendor == "sqlite":
        return json.dumps(value)
    return value


class ByShape:
    """A function that builds a query, and the statements made of it: one for each shape."""

    statement: type[Statement]

    def __init__(self, build: Callable[..., Any], *, planned: bool) -> None:
        self.build, self.planned = build, planned
        self.names = [
            name
            for name, parameter in inspect.signature(build).parameters.items()
            if parameter.annotation is Given
        ]
        self.kept: dict[Hashable, Any] = {}

    def of(self, shape: tuple[Hashable, ...]) -> Any:
        key = (connection.vendor, *shape)
        kept = self.kept.get(key)
        if kept is None:
            given = {name: Given(name) for name in self.names}
            kept = self.kept[key] = self.statement(
                self.build(*shape, **given), planned=self.planned
            )
        return kept

    def asked(self, *shape: Hashable, **values: Any) -> Asked:
        """For `send`, or to be sent before a query."""
        found: Asked = self.of(shape).asked(values)
        return found


def execute(cursor: Any, *asked: Asked) -> None:
    """All in one trip where the database can; the cursor then has the answer to the last."""
    if len(asked) > 1 and cursor.db.vendor == "postgresql":
        parts: Any = [each.statement for each in asked]
        cursor.execute(Together(parts), [value for each in asked for value in each.params])
    else:
        for each in asked:
            cursor.execute(*each)
