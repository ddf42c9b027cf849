"""What `manage.py lint_migrations` lets through, and what it does not."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.postgres import operations as of_postgresql
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.models.functions import Now, Random

from paging import operations as ours
from rboard import migration_lint
from rboard.migration_lint import baseline, faults, judge

TABLE = migrations.CreateModel(
    "thing",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=20)),
        ("count", models.IntegerField(default=0)),
        ("motto", models.CharField(max_length=20, null=True)),
    ],
)
INDEX = models.Index(fields=["title"], name="thing_title")
UNIQUE = models.UniqueConstraint(fields=["title"], name="one_title")
CHECK = models.CheckConstraint(condition=models.Q(count__gte=0), name="count_is_positive")
NOTHING = migrations.RunPython.noop
FORGET = migrations.SeparateDatabaseAndState


def work(apps: Any, schema_editor: Any) -> None:
    """Of a migration."""


def wrongs(*operations: Any, released: Any = TABLE, **attributes: Any) -> list[str]:
    """What is wrong with a migration of these operations, where the table stands."""
    state = migrations.state.ProjectState()
    TABLE.state_forwards("things", state)
    before = migrations.state.ProjectState()
    released.state_forwards("things", before)
    made = type("Migration", (Migration,), attributes)("0002", "things")
    made.operations = list(operations)
    return [fault.wrong for fault in judge(made, state, before)]


def kind(operation: Any) -> str:
    return type(operation).__name__


def add(field: Any) -> Any:
    return migrations.AddField("thing", "new", field)


def alter(name: str, field: Any) -> Any:
    return migrations.AlterField("thing", name, field)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddIndex("thing", INDEX),
        of_postgresql.AddIndexConcurrently("thing", INDEX),
        migrations.AddConstraint("thing", UNIQUE),
        migrations.AddConstraint("thing", CHECK),
        migrations.AlterUniqueTogether("thing", {("title", "count")}),
        add(models.CharField(max_length=5)),
        add(models.CharField(max_length=5, default="x")),
        add(models.CharField(max_length=5, null=True, unique=True)),
        add(models.ForeignKey("things.thing", models.CASCADE, null=True)),
        add(models.FloatField(db_default=Random())),
        alter("title", models.CharField(max_length=19)),
        alter("title", models.IntegerField()),
        alter("title", models.CharField(max_length=20, db_index=True)),
        alter("title", models.CharField(max_length=20, unique=True)),
        alter("title", models.CharField(max_length=20, db_column="name")),
        alter("count", models.BigIntegerField(default=0)),
        alter("count", models.PositiveIntegerField(default=0)),
        alter("motto", models.CharField(max_length=20, default="")),
        migrations.RemoveField("thing", "title"),
        migrations.RenameField("thing", "title", "name"),
        migrations.RenameModel("thing", "object"),
        migrations.AlterModelTable("thing", "objects"),
        migrations.DeleteModel("thing"),
        migrations.RunPython(work, NOTHING),
        migrations.RunSQL("UPDATE things_thing SET count = 0", ""),
        FORGET(database_operations=[migrations.RemoveField("thing", "title")]),
        FORGET(state_operations=[migrations.RemoveField("thing", "title")]),
        ours.DropColumn("thing", "motto", models.CharField(max_length=20, null=True)),
        ours.DropTable("things_thing"),
    ],
    ids=kind,
)
def test_what_stops_a_site_or_breaks_the_old_code(operation: Any) -> None:
    assert wrongs(operation, atomic=False)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("other", [("id", models.BigAutoField(primary_key=True))]),
        ours.AddIndexConcurrently("thing", INDEX),
        ours.AddUniqueConcurrently("thing", UNIQUE),
        ours.AddConstraintNotValid("thing", CHECK),
        ours.ValidateConstraint("thing", "count_is_positive"),
        add(models.CharField(max_length=5, null=True)),
        add(models.CharField(max_length=5, db_default="x")),
        add(models.DateTimeField(db_default=Now())),
        add(models.ForeignKey("things.thing", models.CASCADE, null=True, db_index=False)),
        add(models.ManyToManyField("things.thing")),
        alter("title", models.CharField(max_length=21)),
        alter("title", models.TextField()),
        alter("title", models.CharField(max_length=20, null=True)),
        alter("title", models.CharField("A title", max_length=20, default="x", blank=True)),
        migrations.AlterModelOptions("thing", {"ordering": ["title"]}),
        FORGET(state_operations=[migrations.RemoveField("thing", "motto")]),
        FORGET(state_operations=[migrations.DeleteModel("thing")]),
    ],
    ids=kind,
)
def test_what_nobody_notices(operation: Any) -> None:
    assert wrongs(operation, atomic=False) == []


def test_what_the_released_code_has_forgotten_may_go() -> None:
    released = migrations.CreateModel("other", [("id", models.BigAutoField(primary_key=True))])
    column = ours.DropColumn("thing", "motto", models.CharField(max_length=20, null=True))
    assert wrongs(column, ours.DropTable("things_old"), released=released) == []


def test_a_new_table_is_nobodys_yet() -> None:
    table = migrations.CreateModel(
        "other",
        [("id", models.BigAutoField(primary_key=True)), ("title", models.CharField(max_length=9))],
    )
    index = migrations.AddIndex("other", INDEX)
    assert wrongs(table, index, migrations.AddConstraint("other", UNIQUE)) == []
    assert wrongs(table, migrations.AddIndex("thing", INDEX)) != []


@pytest.mark.parametrize(
    ("operations", "wrong"),
    [
        ([ours.AddIndexConcurrently("thing", INDEX)], "nothing is done concurrently"),
        (
            [
                ours.AddConstraintNotValid("thing", CHECK),
                ours.ValidateConstraint("thing", "count_is_positive"),
            ],
            "stays locked while it is validated",
        ),
        ([add(models.TextField(null=True)), migrations.RunPython(work, NOTHING)], "rows are chang"),
        ([migrations.RunPython(work)], "no way back"),
    ],
)
def test_what_is_wrong_with_a_migration_as_a_whole(operations: list[Any], wrong: str) -> None:
    reasons = {"safe_because": {"RunPython": "In batches of 1,000."}}
    assert [said for said in wrongs(*operations, **reasons) if wrong in said]


def test_a_reason_lets_an_operation_through() -> None:
    rows = migrations.RunPython(work, NOTHING)
    assert wrongs(rows, safe_because={"RunPython": "In batches of 1,000 by id."}) == []
    assert wrongs(rows, safe_because={"RunPython": " "}) != []
    shorter = alter("title", models.CharField(max_length=19))
    told = {"AlterField thing.title": "No title was ever longer: the form refuses them."}
    assert wrongs(shorter, safe_because=told) == []


def test_our_migrations_let_a_site_go_on() -> None:
    assert [str(fault) for fault in faults()] == []


def test_the_baseline_names_migrations_that_are_there() -> None:
    nodes = MigrationLoader(None).graph.nodes
    assert set(baseline()["migrations"].items()) <= set(nodes)


def test_the_command_tells_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = baseline() | {"migrations": {"inbox": "0001_initial"}}
    monkeypatch.setattr(migration_lint, "baseline", lambda: earlier)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("lint_migrations", "--json", stdout=out)
    assert ended.value.code == 3
    told = {fault["migration"]: fault["instead"] for fault in json.loads(out.getvalue())}
    assert told["inbox.0002_letters_of_moderation"]
