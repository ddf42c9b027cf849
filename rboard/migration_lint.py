"""Judges the migrations that were made since the last release, for `manage.py lint_migrations`.

Those that baseline.json names were released, or will be by the first release, and are not judged.
Operations are judged, and not their SQL, as django-migration-linter does: so it needs no database,
and knows what the released code still uses.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from paging import operations as ours
from rboard.migration_rules import CONCURRENT, Said, Setting, said_of

BASELINE = Path(__file__).with_name("baseline.json")
WORK = (migrations.RunPython, migrations.RunSQL)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an operation of a migration, and what to do instead."""

    migration: str
    operation: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.operation}: {self.wrong}; {self.instead}"


@cache
def baseline() -> dict[str, Any]:
    """The commit whose code was released last, and the last of its migrations for each app."""
    found: dict[str, Any] = json.loads(BASELINE.read_text())
    return found


def faults(loader: MigrationLoader | None = None) -> Iterator[Fault]:
    """Of all migrations of ours that came after the baseline."""
    loader = loader or MigrationLoader(None)
    known = {key for leaf in baseline()["migrations"].items() for key in _up_to(loader, leaf)}
    released = loader.project_state(
        [leaf for leaf in baseline()["migrations"].items() if leaf in loader.graph.nodes]
    )
    for key in sorted(loader.graph.nodes):
        if key[0] in _our_apps() and key not in known:
            state = loader.project_state(key, at_end=False)
            yield from judge(loader.graph.nodes[key], state, released)


def _our_apps() -> set[str]:
    here = Path(settings.BASE_DIR)
    ours_alone = (each for each in apps.get_app_configs() if Path(each.path).parent == here)
    return {each.label for each in ours_alone}


def _up_to(loader: MigrationLoader, leaf: tuple[str, str]) -> list[tuple[str, str]]:
    return loader.graph.forwards_plan(leaf) if leaf in loader.graph.nodes else []


def judge(migration: Migration, state: ProjectState, released: ProjectState) -> Iterator[Fault]:
    """`state` is the one that the migration finds; what it waives with a reason is left out."""
    setting = Setting(migration.app_label, migration, state, released)
    waived: dict[str, str] = getattr(migration, "safe_because", {})
    name = f"{migration.app_label}.{migration.name}"
    for wrong, instead in _as_a_whole(migration):
        yield Fault(name, "migration", wrong, instead)
    for operation in migration.operations:
        called = _called(operation)
        for wrong, instead in said_of(operation, setting):
            if not waived.get(called, "").strip():
                yield Fault(name, called, wrong, instead)
        operation.state_forwards(migration.app_label, setting.state)


def _called(operation: Operation) -> str:
    """As it is named in a migration's `safe_because`: "AlterField post.title"."""
    of = [getattr(operation, name, "") for name in ("model_name", "name")]
    subject = ".".join(part for part in of if isinstance(part, str) and part)
    return f"{type(operation).__name__} {subject}".strip()


def _as_a_whole(migration: Migration) -> Said:
    operations = migration.operations
    work = [operation for operation in operations if isinstance(operation, WORK)]
    if migration.atomic and any(isinstance(operation, CONCURRENT) for operation in operations):
        yield "nothing is done concurrently in a transaction", "set atomic = False"
    if len(work) not in {0, len(operations)}:
        yield "rows are changed while tables are locked", "move what changes rows to one of its own"
    if not all(operation.reversible for operation in work):
        yield "there is no way back", "give RunPython or RunSQL the other direction, or a noop"
    validation = {ours.AddConstraintNotValid, ours.ValidateConstraint}
    if migration.atomic and validation <= {type(operation) for operation in operations}:
        yield "the table stays locked while it is validated", "validate in the next migration"
