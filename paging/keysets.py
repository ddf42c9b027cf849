"""A place in an order by (column, id), and the index that finds it."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations import AddIndex
from django.db.models import BooleanField, F, Field, Func, Index, Value


class Behind(Func):
    """Whether a row comes after a place in the order of (column, id): one comparison of two rows.

    Both databases turn it into a range of the index, so that many rows of one value cost nothing
    to step over. `column <= v AND (column < v OR id < k)` says the same and walks over them all.
    """

    output_field = BooleanField()

    def __init__(
        self, column: str, field: Field, value: Any, pk: int, *, ascending: bool = False
    ) -> None:
        # Func keeps what else it is given for its template.
        side = ">" if ascending else "<"
        super().__init__(F(column), F("pk"), Value(value, field), Value(pk), side=side)

    template = "(%(expressions)s)"

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, last: str = "", **_: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        (column, pk, value, key), params = zip(*parts, strict=True)
        sql = f"({column}, {pk}) {self.extra['side']} ({value}, {key}{last})"
        return sql, [param for some in params for param in some]

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[Any]]:
        # SQLite takes only as many columns of the comparison into the range as have a collation,
        # and the id has none of its own.
        return self.as_sql(compiler, connection, last=" COLLATE BINARY")


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


class MakeKeyset(AddIndex):
    """Migration: put a KeysetIndex in the place of the plain index of the same name and fields.

    PostgreSQL has it already: there the two are the same.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.remove_index(app_label, self.model_name_lower, self.index.name)
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        self._replace(app_label, editor, before, after)

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        self._replace(app_label, editor, before, after)

    def _replace(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor != "sqlite":
            return
        old, new = (state.apps.get_model(app_label, self.model_name) for state in (before, after))
        editor.remove_index(old, self._named(old))
        editor.add_index(new, self._named(new))

    def _named(self, model: Any) -> Index:
        return next(index for index in model._meta.indexes if index.name == self.index.name)

    def describe(self) -> str:
        return f"Make index {self.index.name} of {self.model_name} one of keysets"
