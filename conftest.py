"""What the tests of every app share."""

import gc
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils.module_loading import import_string

# What migrations wrote stays when tests empty all tables: other tests, perhaps stolen from another
# worker, count on it, and to write it again took a third of a second.
KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}


def pytest_configure() -> None:
    # Argon2 is slow on purpose; who tests passwords asks for it by name.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # Or each page would ask for it at its own moment; who tests it says when.
    settings.READ_ONLY_SECONDS = math.inf
    for step in ("setup", "runtest"):
        setattr(pytest.Function, step, _with_room(getattr(pytest.Function, step)))
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, because processes and threads of a test share it.
        path = Path(database["NAME"])
        path.parent.mkdir(exist_ok=True)
        database.setdefault("TEST", {})["NAME"] = str(path.with_name(f"test-{path.name}"))
        _keep_what_migrations_wrote(DatabaseOperations)
        _let_tests_empty_the_log_on_sqlite()
    else:
        operations = import_string("django.db.backends.postgresql.operations.DatabaseOperations")
        _keep_what_migrations_wrote(operations)
        _let_tests_empty_the_log_on_postgresql(operations)


def _with_room(run: Callable[..., None]) -> Callable[..., None]:
    """`run`, with room below it for the frames of whatever it calls.

    CPython keeps frames in chunks of 16 KB, and a loop whose calls begin a new one asks the system
    for memory, and gives it back, at each of them: a quarter of the time of tests that ask for many
    pages. A function that seems to need half a megabyte gets a chunk of one.
    """

    def running(*args: Any) -> None:
        run(*args)

    running.__code__ = running.__code__.replace(co_stacksize=70_000)
    return running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what bin/test has run on SQLite already and no database can change."""
    if os.environ.get("RAN_ON_SQLITE"):
        done = [item for item in items if item.get_closest_marker("one_database")]
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if not item.get_closest_marker("one_database")]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there now stays: to look through it for garbage took a fifth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _keep_what_migrations_wrote(operations: Any) -> None:
    flush = operations.sql_flush

    def flush_some(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        found: list[str] = flush(self, style, [t for t in tables if t not in KEPT], **options)
        return found

    operations.sql_flush = flush_some


def _let_tests_empty_the_log_on_postgresql(operations: Any) -> None:
    """The mod log refuses TRUNCATE; its owner can take the trigger off for this one transaction."""
    flush = operations.sql_flush

    def flush_all(self: Any, *args: Any, **options: Any) -> list[str]:
        found: list[str] = flush(self, *args, **options)
        if not any("moderation_act" in sql for sql in found):
            return found
        switch = "ALTER TABLE moderation_act {} TRIGGER act_is_not_truncated"
        return [switch.format("DISABLE"), *found, switch.format("ENABLE")]

    operations.sql_flush = flush_all


def _let_tests_empty_the_log_on_sqlite() -> None:
    """SQLite empties tables by DELETE, which the mod log refuses."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            found = "FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'moderation_act'"
            triggers = cursor.execute(f"SELECT name, sql {found}").fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _name, sql in triggers:
                cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = flush_all  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _skip_what_needs_postgresql(request: pytest.FixtureRequest) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    if request.node.get_closest_marker("postgresql") and not engine.endswith("postgresql"):
        pytest.skip("needs PostgreSQL")
