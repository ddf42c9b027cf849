"""Changes to tables in use, on both databases, there and back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, NotSupportedError, connection, migrations, models
from django.db.migrations.state import ProjectState

from paging import operations as ours

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "paging_thing"
MOTTO = models.CharField(max_length=20, null=True)
INDEX = models.Index(fields=["title"], name="thing_title")
UNIQUE = models.UniqueConstraint(fields=["title"], name="one_title")
PARTLY_UNIQUE = models.UniqueConstraint(
    fields=["title"], condition=models.Q(count__gt=0), name="one_title_counted"
)
CHECK = models.CheckConstraint(condition=models.Q(count__gte=0), name="count_is_positive")


@pytest.fixture
def state() -> Iterator[ProjectState]:
    """Of a table that is there."""
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=20)),
        ("count", models.IntegerField(default=0)),
        ("motto", MOTTO),
    ]
    made = migrations.CreateModel("thing", fields)
    made.state_forwards("paging", state)
    with connection.schema_editor() as editor:
        made.database_forwards("paging", editor, ProjectState(), state)
    yield state
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def forwards(operation: Any, state: ProjectState, *, atomic: bool = False) -> ProjectState:
    after = state.clone()
    operation.state_forwards("paging", after)
    with connection.schema_editor(atomic=atomic) as editor:
        operation.database_forwards("paging", editor, state, after)
    return after


def backwards(operation: Any, state: ProjectState, before: ProjectState) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("paging", editor, state, before)


def names() -> set[str]:
    """Of the indexes and constraints of the table."""
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, TABLE))


def columns() -> set[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, TABLE)
    return {column.name for column in described}


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def add_row(title: str = "x", count: int = 0) -> None:
    execute(f"INSERT INTO {TABLE} (title, count) VALUES ('{title}', {count})")


def test_an_index_comes_and_goes(state: ProjectState) -> None:
    addition = ours.AddIndexConcurrently("thing", INDEX)
    removal = ours.RemoveIndexConcurrently("thing", INDEX.name)
    with_index = forwards(addition, state)
    assert INDEX.name in names()
    without = forwards(removal, with_index)
    assert INDEX.name not in names()
    backwards(removal, without, with_index)
    assert INDEX.name in names()
    backwards(addition, with_index, state)
    assert INDEX.name not in names()


@pytest.mark.postgresql
def test_an_index_is_not_made_within_a_transaction(state: ProjectState) -> None:
    with pytest.raises(NotSupportedError):
        forwards(ours.AddIndexConcurrently("thing", INDEX), state, atomic=True)


@pytest.mark.postgresql
def test_an_index_left_half_made_is_made_anew(state: ProjectState) -> None:
    execute(f"CREATE INDEX {INDEX.name} ON {TABLE} (title)")
    execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{INDEX.name}'::regclass")
    forwards(ours.AddIndexConcurrently("thing", INDEX), state)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [INDEX.name]
        )
        assert cursor.fetchone() == (True,)


@pytest.mark.postgresql
def test_it_may_be_run_again_after_another_operation_failed(state: ProjectState) -> None:
    forwards(ours.AddIndexConcurrently("thing", INDEX), state)
    forwards(ours.AddIndexConcurrently("thing", INDEX), state)
    execute(f"CREATE UNIQUE INDEX {UNIQUE.name} ON {TABLE} (title)")
    forwards(ours.AddUniqueConcurrently("thing", UNIQUE), state)
    assert {INDEX.name, UNIQUE.name} <= names()


@pytest.mark.postgresql
def test_making_an_index_has_the_patience_of_the_work(state: ProjectState) -> None:
    """The lock timeout of `migrate` is for what others wait behind."""
    seen = []

    def note(execute: Any, sql: str, *others: Any) -> Any:
        if "CONCURRENTLY" in sql:
            with connection.cursor() as cursor:
                cursor.cursor.execute("SHOW lock_timeout")
                seen.append(cursor.cursor.fetchone()[0])
        return execute(sql, *others)

    execute("SET lock_timeout = '3s'")
    with connection.execute_wrapper(note):
        forwards(ours.AddIndexConcurrently("thing", INDEX), state)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert (seen, cursor.fetchone()) == (["0"], ("3s",))
    execute("RESET lock_timeout")


@pytest.mark.parametrize("constraint", [UNIQUE, PARTLY_UNIQUE], ids=["all", "some"])
def test_what_is_unique(state: ProjectState, constraint: models.UniqueConstraint) -> None:
    operation = ours.AddUniqueConcurrently("thing", constraint)
    after = forwards(operation, state)
    add_row(count=1)
    with pytest.raises(IntegrityError):
        add_row(count=1)
    backwards(operation, after, state)
    add_row(count=1)


def test_a_check_binds_new_rows_first_and_then_all(state: ProjectState) -> None:
    if connection.vendor == "postgresql":
        add_row(count=-1)
    addition = ours.AddConstraintNotValid("thing", CHECK)
    after = forwards(addition, state)
    with pytest.raises(IntegrityError):
        add_row(count=-2)
    validation = ours.ValidateConstraint("thing", CHECK.name)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError):
            forwards(validation, after)
        execute(f"DELETE FROM {TABLE}")
    forwards(validation, after)
    backwards(addition, after, state)
    add_row(count=-2)


def test_a_column_that_the_code_forgot_is_dropped(state: ProjectState) -> None:
    forgot = state.clone()
    migrations.RemoveField("thing", "motto").state_forwards("paging", forgot)
    operation = ours.DropColumn("thing", "motto", MOTTO)
    assert "motto" in columns()
    forwards(operation, forgot)
    assert "motto" not in columns()
    backwards(operation, forgot, forgot)
    assert "motto" in columns()


def test_only_a_column_that_may_be_empty_can_come_back() -> None:
    with pytest.raises(NotSupportedError):
        ours.DropColumn("thing", "title", models.CharField(max_length=20))


def test_a_table_that_the_code_forgot_is_dropped(state: ProjectState) -> None:
    forwards(ours.DropTable(TABLE), ProjectState())
    assert TABLE not in connection.introspection.table_names()
