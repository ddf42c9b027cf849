"""What the tests of every app share."""

from pathlib import Path

import pytest
from django.conf import settings


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


@pytest.fixture(autouse=True)
def _skip_what_needs_postgresql(request: pytest.FixtureRequest) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    if request.node.get_closest_marker("postgresql") and not engine.endswith("postgresql"):
        pytest.skip("needs PostgreSQL")
