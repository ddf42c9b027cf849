"""New ids by the old ones: on disk, since a board may have a million comments."""

import sqlite3
from collections.abc import Iterable
from types import TracebackType

from moderation.carrying.values import Malformed

IDS_PER_QUERY = 500
CACHE = 16 * 1024  # KiB


class Ids:
    """A temporary SQLite file, which the system removes however the process ends."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(f"PRAGMA cache_size = -{CACHE}")
        self._file.execute("PRAGMA temp_store = FILE")
        self._file.execute(
            "CREATE TABLE id (kind TEXT, old INTEGER, new INTEGER, PRIMARY KEY (kind, old)) "
            "WITHOUT ROWID"
        )

    def __enter__(self) -> "Ids":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, kind: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Raises Malformed for an id that comes twice."""
        rows = ((kind, old, new) for old, new in pairs)
        try:
            self._file.executemany("INSERT INTO id VALUES (?, ?, ?)", rows)
        except sqlite3.IntegrityError:
            raise Malformed(f"an id of a {kind} comes twice") from None

    def find(self, kind: str, old: Iterable[int]) -> dict[int, int]:
        """Those that are known, of these."""
        found: dict[int, int] = {}
        wanted = list(set(old))
        for first in range(0, len(wanted), IDS_PER_QUERY):
            some = wanted[first : first + IDS_PER_QUERY]
            places = ", ".join("?" * len(some))
            rows = self._file.execute(
                f"SELECT old, new FROM id WHERE kind = ? AND old IN ({places})", [kind, *some]
            )
            found.update(rows.fetchall())
        return found
