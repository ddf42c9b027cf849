"""A place in an order by (column, id), and the index that finds it."""

from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateTimeField, F, Field, Func, Index
from django.db.models.expressions import Expression


class _Place(Func):
    template = "(%(expressions)s)"
    output_field = Field()


class _Collated(Func):
    """A number that SQLite counts as one column more of a range.

    It takes only those columns of a comparison into the range of an index that have a collation,
    and the id has none of its own.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s COLLATE BINARY")


class Unindexed(Func):
    """A number by which SQLite, that knows little of what a table holds, looks for no index."""

    template = "%(expressions)s"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s")


class Unguessed(Func):
    """A moment by which no index is looked for, and of whose values PostgreSQL knows nothing.

    By those of its column it would guess as if nothing else was asked that follows from the moment.
    """

    output_field = DateTimeField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s + interval '0')")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s")


class Common(Func):
    """A condition that most of the rows meet which the others leave.

    SQLite would take it for rare: it knows of no column how often a value is there, nor null, but
    for the average once an operator let it count (ANALYZE).
    """

    template = "%(expressions)s"
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="likelihood(%(expressions)s, 0.9)")


class Behind(Func):
    """Whether a row comes after a place in the order of (column, id): one comparison of two rows.

    Both databases turn it into a range of the index, so that many rows of one value cost nothing
    to step over. `column <= v AND (column < v OR id < k)` says the same and walks over them all.
    `indexed`: whether it may: SQLite would also walk over all that another condition leaves out.
    """

    template = "%(expressions)s"
    output_field = BooleanField()

    def __init__(
        self,
        column: str,
        value: Expression,
        pk: Expression,
        *,
        ascending: bool = False,
        indexed: bool = True,
        **extra: Any,
    ) -> None:
        row = _Place(F(column) if indexed else Unindexed(F(column)), F("pk"))
        behind = _Place(value, _Collated(pk))
        super().__init__(row, behind, arg_joiner=" > " if ascending else " < ", **extra)


class KeysetIndex(Index):
    """An index whose last fields are those of an order: `("board", "-hot", "-id")`.

    SQLite ends every index with the id, upwards, and finds a place by (column, id) only in an index
    that leaves it at that; so there the id is left out, and the index is read backwards.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "sqlite":
            return super().create_sql(model, schema_editor, using, **kwargs)
        plain = Index(
            fields=[name.removeprefix("-") for name in self.fields[:-1]],
            name=self.name,
            condition=self.condition,
        )
        return plain.create_sql(model, schema_editor, using, **kwargs)
