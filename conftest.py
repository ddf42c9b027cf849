"""What the tests of every app share."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.sqlite3.base import DatabaseOperations


def pytest_configure() -> None:
    # Argon2 is slow on purpose; who tests passwords asks for it by name.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, because processes and threads of a test share it.
        path = Path(database["NAME"])
        path.parent.mkdir(exist_ok=True)
        database.setdefault("TEST", {})["NAME"] = str(path.with_name(f"test-{path.name}"))
        _let_tests_empty_the_log()


def _let_tests_empty_the_log() -> None:
    """SQLite empties tables by DELETE, which the mod log refuses (PostgreSQL's TRUNCATE may)."""
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
