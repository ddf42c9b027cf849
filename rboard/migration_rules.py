"""What each kind of operation must not do to a site on PostgreSQL that goes on meanwhile.

Nor to the old code, which runs until the last server has the new one. Each rule yields what is
wrong, and what to do instead.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres import operations as of_postgresql
from django.db import migrations, models
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Now
from django.db.utils import ConnectionHandler

from paging import operations as ours

# These change what Django knows alone, or take no time and no lock that matters.
HARMLESS: tuple[type[Operation], ...] = (
    migrations.CreateModel,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterModelTableComment,
    migrations.RemoveConstraint,
    migrations.RenameIndex,
    of_postgresql.CreateExtension,
    ours.ValidateConstraint,
    ours.AddConstraintNotValid,
)
CONCURRENT = (ours.AddIndexConcurrently, ours.RemoveIndexConcurrently, ours.AddUniqueConcurrently)


@dataclass
class Setting:
    """Where an operation stands."""

    app_label: str
    migration: Migration
    state: ProjectState
    released: ProjectState

    def is_new(self, model: str) -> bool:
        """Whether this migration itself makes the table, so that nobody uses it yet."""
        return model.lower() in {
            each.name_lower
            for each in self.migration.operations
            if isinstance(each, migrations.CreateModel)
        }

    def field(self, model: str, name: str) -> Any:
        return self.state.models[self.app_label, model.lower()].get_field(name)


Said = Iterator[tuple[str, str]]


def said_of(operation: Operation, setting: Setting) -> Said:
    for kind, rule in RULES.items():
        if type(operation) is kind:
            yield from rule(operation, setting)
            return
    if not isinstance(operation, HARMLESS + CONCURRENT):
        yield "not known to be safe", "see CONTRIBUTING.md, or say why it is in safe_because"


def _add_field(operation: Any, setting: Setting) -> Said:
    if setting.is_new(operation.model_name) or operation.field.many_to_many:
        return
    field = operation.field
    if not field.null and field.db_default is NOT_PROVIDED:
        yield "the old code writes rows without it", "give it db_default, or null=True"
    if isinstance(field, models.GeneratedField):
        yield "the table is written anew", "add a plain field, and fill it in batches"
    elif not _is_constant(field.db_default):
        yield "each row gets a value of its own: the table is written anew", "add it with null=True"
    if field.unique or field.db_index:
        yield (
            "its index is made while the table is locked",
            (
                "add it with db_index=False or without unique, then use AddIndexConcurrently or "
                "AddUniqueConcurrently"
            ),
        )


def _is_constant(default: Any) -> bool:
    return not hasattr(default, "as_sql") or isinstance(default, models.Value | Now)


def _alter_field(operation: Any, setting: Setting) -> Said:
    old, new = setting.field(operation.model_name, operation.name), operation.field
    if setting.is_new(operation.model_name) or old.many_to_many:
        return
    before, after = _column(old, operation.name), _column(new, operation.name)
    if before["type"] != after["type"] and not _grows(old, new):
        yield (
            "the table is written anew, or read whole, while it is locked",
            "add a new field, fill it in batches, and drop the old one a release later",
        )
    if before["name"] != after["name"]:
        yield "the old code asks for the old column", "keep db_column"
    if before["check"] != after["check"]:
        yield (
            "the table is read whole while it is locked",
            "use AddConstraintNotValid, then ValidateConstraint",
        )
    if old.null and not new.null:
        yield (
            "the old code writes NULL, and the table is read whole while it is locked",
            "forbid NULL by AddConstraintNotValid, then ValidateConstraint",
        )
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield (
            "its index is made while the table is locked",
            "use AddIndexConcurrently or AddUniqueConcurrently",
        )
    has_lost_default = old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED
    if has_lost_default and not new.null:
        yield "the old code writes rows without it", "keep db_default for a release"


def _column(field: Any, name: str) -> dict[str, Any]:
    """What PostgreSQL is told of a field."""
    field = field.clone()
    field.set_attributes_from_name(name)
    if field.remote_field and isinstance(field.remote_field.model, str):
        # The target's own type can't have changed without an operation on the target.
        kind: Any = field.remote_field.model.lower()
        return {"type": kind, "check": None, "name": field.column}
    wrapper = _postgresql()
    return {
        "type": (field.db_type(wrapper), getattr(field, "db_collation", None)),
        "check": field.db_check(wrapper),
        "name": field.column,
    }


@cache
def _postgresql() -> Any:
    """Knows the types of PostgreSQL; never connected."""
    return ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql"}})["default"]


def _grows(old: Any, new: Any) -> bool:
    """Whether a text may only become longer, for which no row need be looked at."""
    if not isinstance(old, models.CharField):
        return False
    if old.db_collation != getattr(new, "db_collation", None):
        return False
    if type(new) is models.TextField:
        return True
    same = isinstance(new, models.CharField)
    return same and (new.max_length is None or new.max_length >= (old.max_length or 0))


def _removed(operation: Any, _setting: Setting) -> Said:
    yield (
        "the old code still asks for it",
        (
            "let the code forget it by SeparateDatabaseAndState(state_operations=…), and a release "
            "later use DropColumn or DropTable"
        ),
    )


def _renamed(_operation: Any, _setting: Setting) -> Said:
    yield (
        "the old code asks for the old name",
        "keep db_column or db_table, by SeparateDatabaseAndState(state_operations=…)",
    )


def _indexed(operation: Any, setting: Setting) -> Said:
    if not setting.is_new(operation.model_name):
        name = type(operation).__name__
        yield "the table is locked meanwhile", f"use paging.operations.{name}Concurrently"


def _constrained(operation: Any, setting: Setting) -> Said:
    if setting.is_new(operation.model_name):
        return
    if isinstance(operation.constraint, models.UniqueConstraint):
        yield "its index is made while the table is locked", "use AddUniqueConcurrently"
    else:
        yield (
            "the table is read whole while it is locked",
            "use AddConstraintNotValid, then ValidateConstraint",
        )


def _together(operation: Any, setting: Setting) -> Said:
    if not setting.is_new(operation.name):
        yield "the table is locked meanwhile", "use an index or a constraint of its own"


def _worked(operation: Any, _setting: Setting) -> Said:
    yield "rows may stay locked for long", "do it in batches, and say so in safe_because"


def _dropped(operation: Any, setting: Setting) -> Said:
    released = setting.released.models.get((setting.app_label, operation.model_name.lower()))
    if released and operation.name in released.fields:
        yield "the released code still asks for it", "drop it a release later"


def _dropped_table(operation: Any, setting: Setting) -> Said:
    tables = {
        model.options.get("db_table") or f"{label}_{model.name_lower}"
        for (label, _name), model in setting.released.models.items()
    }
    if operation.table in tables:
        yield "the released code still asks for it", "drop it a release later"


def _separate(operation: Any, setting: Setting) -> Said:
    """What is done to the database is judged; what the code forgets must not be missed there."""
    for each in operation.state_operations:
        if isinstance(each, migrations.RemoveField) and not operation.database_operations:
            field = setting.field(each.model_name, each.name)
            if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
                yield "the new code writes rows without it", "make it null=True before"
    state = setting.state.clone()
    inner = Setting(setting.app_label, setting.migration, state, setting.released)
    for each in operation.database_operations:
        yield from said_of(each, inner)
        each.state_forwards(setting.app_label, state)


RULES: dict[type[Operation], Callable[[Any, Setting], Said]] = {
    migrations.AddField: _add_field,
    migrations.AlterField: _alter_field,
    migrations.RemoveField: _removed,
    migrations.DeleteModel: _removed,
    migrations.RenameField: _renamed,
    migrations.RenameModel: _renamed,
    migrations.AlterModelTable: _renamed,
    migrations.AddIndex: _indexed,
    migrations.RemoveIndex: _indexed,
    migrations.AddConstraint: _constrained,
    migrations.AlterUniqueTogether: _together,
    migrations.AlterIndexTogether: _together,
    migrations.RunPython: _worked,
    migrations.RunSQL: _worked,
    migrations.SeparateDatabaseAndState: _separate,
    ours.DropColumn: _dropped,
    ours.DropTable: _dropped_table,
}
