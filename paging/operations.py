"""Operations of migrations that leave a site running, on PostgreSQL; on SQLite the plain ones.

Django's own raise an error on SQLite, or are for PostgreSQL alone. CONTRIBUTING.md tells which to
use for what, and `manage.py lint_migrations` that they are used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres import operations
from django.db import NotSupportedError
from django.db.migrations import AddConstraint, AddField, AddIndex, RemoveField, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.models import Field, UniqueConstraint


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


@contextmanager
def _patient(schema_editor: Any) -> Iterator[None]:
    """Wait for others however long it takes: what works concurrently keeps nobody waiting."""
    if schema_editor.collect_sql:
        yield
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        [before] = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def _is_made(schema_editor: Any, index: str) -> bool:
    """Whether an earlier run made the index; what it left half made is dropped."""
    if schema_editor.collect_sql:
        return False
    name = schema_editor.quote_name(index)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        found = cursor.fetchone()
        if found == (False,):
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    return bool(found == (True,))


class _Concurrently(Operation):
    """On PostgreSQL what works concurrently; elsewhere the plain operation."""

    plain: type[Operation]

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if not _is_postgresql(schema_editor):
            self.plain.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _patient(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if not _is_postgresql(schema_editor):
            self.plain.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _patient(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddIndexConcurrently(_Concurrently, operations.AddIndexConcurrently):
    """Make an index while the table is written to; may be run again after it was stopped."""

    plain = AddIndex

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if _is_postgresql(schema_editor):
            self._ensure_not_in_transaction(schema_editor)
            with _patient(schema_editor):
                if _is_made(schema_editor, self.index.name):
                    return
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class RemoveIndexConcurrently(_Concurrently, operations.RemoveIndexConcurrently):
    """Drop an index while the table is in use."""

    plain = RemoveIndex


class AddUniqueConcurrently(operations.NotInTransactionMixin, AddConstraint):
    """A unique constraint, whose index is made while the table is written to.

    May be run again after it was stopped.
    """

    atomic = False

    def __init__(self, model_name: str, constraint: UniqueConstraint) -> None:
        if not isinstance(constraint, UniqueConstraint):
            raise TypeError("AddUniqueConcurrently takes a UniqueConstraint.")
        if constraint.deferrable or constraint.nulls_distinct is not None:
            raise TypeError("AddUniqueConcurrently knows no deferrable and no nulls_distinct.")
        super().__init__(model_name, constraint)

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if not _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        made = str(self.constraint.create_sql(model, schema_editor))
        if not made.startswith("CREATE UNIQUE INDEX "):
            made = self._plain_index(model, schema_editor)
        with _patient(schema_editor):
            if not _is_made(schema_editor, self.constraint.name):
                made = made.replace("INDEX", "INDEX CONCURRENTLY", 1)
                schema_editor.execute(made, params=None)
        if not self._is_index():
            # The index becomes the constraint's, which takes no time.
            table = schema_editor.quote_name(model._meta.db_table)
            name = schema_editor.quote_name(self.constraint.name)
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}"
            )

    def _is_index(self) -> bool:
        """Whether Django makes it, and takes it away, as an index."""
        of: Any = self.constraint
        return bool(of.condition or of.include or of.opclasses or of.expressions)

    def _plain_index(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        constraint: Any = self.constraint
        fields = [model._meta.get_field(name) for name in constraint.fields]
        columns = ", ".join(quote(field.column) for field in fields)
        table, name = quote(model._meta.db_table), quote(self.constraint.name)
        return f"CREATE UNIQUE INDEX {name} ON {table} ({columns})"


class AddConstraintNotValid(operations.AddConstraintNotValid):
    """A check constraint for rows written from now on; ValidateConstraint looks at the others."""

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)


class ValidateConstraint(operations.ValidateConstraint):
    """Look at all rows while the table is written to; on SQLite that is done already."""

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class DropColumn(Operation):
    """Drop the column of a field that the released code has not known for a release.

    `field` is as it was last; going back makes the column again, empty.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, name: str, field: "Field[Any, Any]") -> None:
        if not field.null:
            raise NotSupportedError("DropColumn takes a field that is null: it comes back empty.")
        self.model_name, self.name, self.field = model_name, name, field

    def deconstruct(self) -> Any:
        given = {"model_name": self.model_name, "name": self.name, "field": self.field}
        return (self.__class__.__qualname__, [], given)

    def describe(self) -> str:
        return f"Drop the column of {self.name} from {self.model_name}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The code has forgotten it already."""

    def _with_field(self, app_label: str, state: Any) -> Any:
        known = state.clone()
        AddField(self.model_name, self.name, self.field).state_forwards(app_label, known)
        return known

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        known = self._with_field(app_label, from_state)
        removal = RemoveField(self.model_name, self.name)
        removal.database_forwards(app_label, schema_editor, known, to_state)

    def database_backwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        known = self._with_field(app_label, to_state)
        addition = AddField(self.model_name, self.name, self.field)
        addition.database_forwards(app_label, schema_editor, from_state, known)


class DropTable(Operation):
    """Drop the table of a model that the released code has not known for a release."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> Any:
        return (self.__class__.__qualname__, [], {"table": self.table})

    def describe(self) -> str:
        return f"Drop the table {self.table}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The code has forgotten it already."""

    def database_forwards(
        self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(self.table)}")
