"""Comments on their way, on disk: they come by date and are written thread by thread."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from types import TracebackType

from discussions.importing.records import Remark

CACHE = 16 * 1024  # KiB
_COLUMNS = ", ".join(Remark._fields)


class Spool:
    """A temporary SQLite file, which the system removes however the process ends.

    It lies where SQLite puts such files (SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp), and takes about
    twice the size of the texts.
    """

    def __init__(self) -> None:
        self.count = 0
        self._file = sqlite3.connect("")
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(f"PRAGMA cache_size = -{CACHE}")
        self._file.execute("PRAGMA temp_store = FILE")
        self._file.execute(f"CREATE TABLE remark ({_COLUMNS})")

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, remarks: Iterable[Remark]) -> None:
        places = ", ".join("?" * len(Remark._fields))
        cursor = self._file.executemany(f"INSERT INTO remark VALUES ({places})", remarks)
        self.count += cursor.rowcount

    def threads(self) -> Iterator[list[Remark]]:
        """The comments of each thread, in the archive's order."""
        rows = self._file.execute(f"SELECT {_COLUMNS} FROM remark ORDER BY thread, rowid")
        with closing(rows):
            for _, remarks in groupby(map(Remark._make, rows), key=lambda each: each.thread):
                yield list(remarks)
