"""A SQLite file that only its owner may read: in it are addresses and passwords' hashes."""

import os
from contextlib import suppress
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

MODE = 0o600


def make_private(path: Path) -> None:
    """Make the file, empty, if it is not there; SQLite gives it the mode that files usually get.

    One with something in it stays as its owner wants it. The log beside it takes its mode.
    """
    with suppress(OSError):  # SQLite says, as ever, why it can't be made
        # One that is there is not opened: closing it would end SQLite's locks on it.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
        elif not path.stat().st_size:
            path.chmod(MODE)


def make_private_for(connection: BaseDatabaseWrapper) -> None:
    """Before the first connection to a database, if that is of SQLite, in a file of its own."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith(("file:", ":memory:")):
        make_private(Path(name))
