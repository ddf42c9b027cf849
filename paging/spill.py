"""What is too much for memory, on disk while a command runs."""

import sqlite3
from typing import Self

CACHE = 16 * 1024  # KiB


class Spill:
    """A temporary SQLite file, which the system removes however the process ends.

    It lies where SQLite puts such files (SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp).
    """

    def __init__(self, table: str) -> None:
        """`table`: the statement that makes it."""
        self._file = sqlite3.connect("")
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(f"PRAGMA cache_size = -{CACHE}")
        self._file.execute("PRAGMA temp_store = FILE")
        self._file.execute(table)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
