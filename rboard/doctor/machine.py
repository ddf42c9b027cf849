"""The machine that it runs on: secrets in its files, room on its disk."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from rboard.doctor.findings import PROBLEM, WARNING, Finding, good
from rboard.environment import DATA_DIR

LEAST_FREE_BYTES = 1024**3
LEAST_FREE_SHARE = 0.05
SECRET_LENGTH = 50
# Where secrets may be.
_URLS = ("DATABASE", "DATABASE_REPLICA", "REDIS", "EMAIL", "UPLOADS")
SECRETS = ("ENV_FILE", "SECRET_KEY_FILE", *(f"{name}_URL_FILE" for name in _URLS))


def secret() -> Iterator[Finding]:
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        yield Finding(
            "secret",
            PROBLEM,
            f"SECRET_KEY has {len(settings.SECRET_KEY)} characters",
            f"make one of at least {SECRET_LENGTH}: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
        )
    open_files = [path for path in _files_with_secrets() if path.stat().st_mode & stat.S_IROTH]
    for path in open_files:
        yield Finding("secret", WARNING, f"everybody may read {path}", f"chmod 600 {path}")
    if len(settings.SECRET_KEY) >= SECRET_LENGTH and not open_files:
        yield good("secret", "long enough, and nobody else may read it")


def _files_with_secrets() -> list[Path]:
    named = [os.environ.get(name) or "" for name in SECRETS]
    paths = [Path(name) for name in named if name] + [DATA_DIR / "rboard.env"]
    return [path for path in paths if path.is_file()]


def disk() -> Iterator[Finding]:
    name = settings.DATABASES["default"]["NAME"]
    place = Path(str(name)).parent if connection.vendor == "sqlite" else Path(settings.BASE_DIR)
    usage = shutil.disk_usage(place if place.exists() else Path("/"))
    free = f"{usage.free / 1024**3:,.1f} GB free at {place}"
    if usage.free < LEAST_FREE_BYTES or usage.free < LEAST_FREE_SHARE * usage.total:
        yield Finding("disk", WARNING, free, "make room, before the database stops")
    else:
        yield good("disk", free)
