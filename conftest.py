"""What the tests of every app share."""

import os

# Before Django reads its settings.
os.environ.setdefault("SECRET_KEY", "for tests only, never for a site")
os.environ.setdefault("PUBLIC_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

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
        settings.DATA_DIR.mkdir(exist_ok=True)
        database["TEST"] = {"NAME": str(settings.DATA_DIR / "test.sqlite3")}


@pytest.fixture(autouse=True)
def _skip_what_needs_postgresql(request: pytest.FixtureRequest) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    if request.node.get_closest_marker("postgresql") and not engine.endswith("postgresql"):
        pytest.skip("needs PostgreSQL")
