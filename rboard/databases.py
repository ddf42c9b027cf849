"""The databases of DATABASE_URL and DATABASE_REPLICA_URL, as Django is to know them."""

import warnings
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from rboard.environment import BASE_DIR, IN_PASSWORDS, env, number

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


def database(name: str, default: str = "") -> dict[str, Any]:
    """What Django is to know of the database of an address."""
    env.str(name, default="")  # its file is judged first, and says what is wrong in its own words
    try:
        with warnings.catch_warnings(action="ignore"):  # what is wrong is said below, in one line
            found: dict[str, Any] = env.db(name, default=default)
    except (environ.ImproperlyConfigured, ValueError, KeyError):
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host/name or sqlite:////a/path"
            f"{IN_PASSWORDS}."
        ) from None
    if found.get("ENGINE") == SQLITE:
        return found | _of_sqlite(found["NAME"])
    if found.get("ENGINE") == POSTGRESQL:
        return found | _of_postgresql(name, found)
    raise ImproperlyConfigured(f"{name} must start with postgres:// or sqlite:///.")


def _of_sqlite(path: str) -> dict[str, Any]:
    return {
        # One that does not begin with / is the same file wherever a command is called from.
        "NAME": path if path == ":memory:" else str(BASE_DIR / path),
        "OPTIONS": {
            # A writer takes the lock when its transaction starts, so that it waits its turn
            # instead of failing halfway; readers never wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _of_postgresql(name: str, found: dict[str, Any]) -> dict[str, Any]:
    options = found.get("OPTIONS", {})
    if not (found["NAME"] or "service" in options):
        raise ImproperlyConfigured(
            f"{name} must end with the database's name, as in postgres://user:password@host/name."
        )
    return {
        "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 300),
        "CONN_HEALTH_CHECKS": True,
        # A page says within three seconds that the database is gone; 2 is the least that counts.
        "OPTIONS": {"connect_timeout": 2} | options,
    }


def replica(name: str, of: dict[str, Any]) -> dict[str, Any]:
    """The same of a streaming replica of the database `of`."""
    found = database(name)
    if found["ENGINE"] != POSTGRESQL or of["ENGINE"] != POSTGRESQL:
        raise ImproperlyConfigured(f"{name} must start with postgres://, as DATABASE_URL then too.")
    # It is asked anyway how far it is, before it is read; tests read the primary in its place.
    return found | {"CONN_HEALTH_CHECKS": False, "TEST": {"MIRROR": "default"}}
