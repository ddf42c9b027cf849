"""PostgreSQL's own programs: pg_dump, pg_restore and psql, as old or new as the server."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from rboard.backups.errors import BackupError

DEBIAN = Path("/usr/lib/postgresql")
# What libpq reads of the environment, which unlike a command line only its owner may look at.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def environment(parameters: dict[str, Any]) -> dict[str, str]:
    """What a program is to know of a database, given the parameters of a connection."""
    told = {VARIABLES[name]: str(parameters[name]) for name in VARIABLES.keys() & parameters.keys()}
    own = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return own | told | {"PGAPPNAME": "rboard backup", "LC_ALL": "C.UTF-8", "PGTZ": "UTC"}


def find(program: str, server: int) -> str:
    """The path of a program for a server of this major version: its own, or the next newer.

    One that is older can't read it, and what one that is much newer writes it may not take.
    """
    found = _installed(program)
    good = sorted(version for version in found if version >= server)
    if good:
        return found[good[0]]
    install = f"install PostgreSQL's client programs {server} (Debian: postgresql-client-{server})"
    if found:
        newest = max(found)
        raise BackupError(f"{program} is of version {newest}, the server of {server}: {install}")
    raise BackupError(f"{program} is not on this machine: {install}")


def _installed(program: str) -> dict[int, str]:
    """Major versions and their paths; Debian's own folders before what PATH names."""
    in_path = shutil.which(program)
    paths = [str(path) for path in DEBIAN.glob(f"*/bin/{program}") if os.access(path, os.X_OK)]
    found: dict[int, str] = {}
    for path in [*paths, *([in_path] if in_path else [])]:
        version = _version(path)
        if version:
            found.setdefault(version, path)
    return found


@cache
def _version(path: str) -> int | None:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    version = re.search(r"\) (\d+)", said.stdout)
    return int(version[1]) if version else None


def last_line(said: str) -> str:
    """What a program said at the end, for one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (errors or lines or ["it gave no reason"])[-1]
