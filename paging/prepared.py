"""Queries whose SQL is made once.

The query language takes about a millisecond to turn a query into SQL, several times what the
database takes to answer it. So a query that every page asks is written as a function of stand-ins
for its values: called once for each shape, and its SQL kept.

    @prepared
    def _votes(voter: Given, targets: Given) -> QuerySet[PostVote]:
        votes = PostVote.objects.filter(AmongGiven("target_id", targets), voter=voter)
        return votes.values_list("target", "value")

    dict(_votes.rows(voter=member.pk, targets=[1, 2, 3]))

What every reply writes is written likewise:

    @prepared_update
    def _see(visit: Given, at: Given) -> Update:
        return Update(Visit.objects.filter(pk=visit), seen_at=at)

    _see(visit=7, at=timezone.now())
    insert(PostVote(voter=member, target=post, value=1))

PostgreSQL also keeps its plans for these, and for a query that finds rows by keys:

    @planned
    def _visit(member: Given, post: Given) -> QuerySet[Visit]:
        return Visit.objects.filter(member=member, post=post)
"""

import inspect
import json
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, router
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, sql
from django.db.models.constants import OnConflict
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from paging.plans import Planned, Together

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

    def __init__(self, column: str, values: Expression, **extra: Any) -> None:
        super().__init__(F(column), values, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="%(expressions)s::bigint[])", arg_joiner=" = ANY("
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        joiner = " IN (SELECT value FROM json_each("
        return self.as_sql(compiler, connection, template="%(expressions)s))", arg_joiner=joiner)


def held(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of a prepared query that stay until the transaction ends: who deletes one waits.

    Many may hold them at once, and change them; on SQLite who writes has the database alone.
    """
    found: Any = rows.select_for_update(no_key=True)
    found.query.is_held = True
    return found  # type: ignore[no-any-return]


class Update:
    """What an UPDATE sets, and in which rows."""

    def __init__(self, rows: QuerySet[Any], **values: Any) -> None:
        query: Any = rows.query
        self.query = query.chain(sql.UpdateQuery)
        self.query.add_update_values(values)


class Asked(NamedTuple):
    """A statement with the values of its parameters."""

    statement: str
    params: list[Any]


class _Statement:
    """The SQL of one shape of a query on one kind of database; see Planned."""

    def __init__(self, rows: "QuerySet[Any] | Update", *, planned: bool) -> None:
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

    def asked(self, values: dict[str, Any]) -> "Asked":
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("a lock lasts as long as its transaction")
        params = [
            _adapted(values[param.name]) if isinstance(param, Given) else param
            for param in self.params
        ]
        return Asked(self.sql, params)


class _Select(_Statement):
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
            _execute(cursor, *filter(None, [before]), self.asked(values))
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


class _Prepared:
    """A statement that is made of the shape it is asked in, once."""

    statement: type[_Statement]

    def __init__(self, build: Callable[..., Any], *, planned: bool) -> None:
        self.build, self.planned = build, planned
        self.names = [
            name
            for name, parameter in inspect.signature(build).parameters.items()
            if parameter.annotation is Given
        ]
        self.kept: dict[Hashable, Any] = {}

    def _statement(self, shape: tuple[Hashable, ...]) -> Any:
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
        found: Asked = self._statement(shape).asked(values)
        return found


class Prepared(_Prepared, Generic[Row]):
    """A query that is asked for values."""

    statement = _Select

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        """All rows, as tuples: for a query that ends with `values_list`."""
        found: list[Any] = self._statement(shape).rows(values)
        return found

    def objects(self, *shape: Hashable, **values: Any) -> list[Row]:
        """All rows, as instances of the model."""
        select = self._statement(shape)
        return list(map(select.instance, select.rows(values)))

    def first(self, *shape: Hashable, **values: Any) -> Row | None:
        """The first instance, or None if there are no rows."""
        found = self.objects(*shape, **values)
        return found[0] if found else None

    def first_after(self, before: Asked, *shape: Hashable, **values: Any) -> Row | None:
        """The first instance, as it is once a statement was done, such as one that locks.

        Both are sent in one trip, so both must be `planned`.
        """
        select = self._statement(shape)
        found = select.rows(values, before)
        return select.instance(found[0]) if found else None


class PreparedUpdate(_Prepared):
    """An UPDATE; called with values, it tells how many rows it changed."""

    statement = _Statement

    def __call__(self, *shape: Hashable, **values: Any) -> int:
        return send(self.asked(*shape, **values))


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


def prepared_update(build: Callable[..., Update]) -> PreparedUpdate:
    """Make of a function an UPDATE that is turned into SQL once for each shape, as `planned`."""
    return PreparedUpdate(build, planned=True)


def send(*asked: Asked) -> int:
    """Send updates and inserts, all planned, in one trip; how many rows the last has changed.

    A trip takes as long as many a statement.
    """
    with connection.cursor() as cursor:
        _execute(cursor, *asked)
        changed: int = cursor.rowcount
    return changed


def _execute(cursor: Any, *asked: Asked) -> None:
    """All in one trip where the database can; the cursor then has the answer to the last."""
    if len(asked) > 1 and cursor.db.vendor == "postgresql":
        parts: Any = [each.statement for each in asked]
        cursor.execute(Together(parts), [value for each in asked for value in each.params])
    else:
        for each in asked:
            cursor.execute(*each)


def insert(*rows: Model, ignore_conflicts: bool = False) -> None:
    """Write new rows in one trip as `bulk_create` does, with SQL that is made once for each model.

    Every column is written. No signal is sent, and a key that the database makes is not read back.
    """
    # Once: `connection` stands for it, and finds it anew for each field.
    database = connections[DEFAULT_DB_ALIAS]
    asked = []
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
