"""New ids by the old ones: on disk, since a board may have a million comments."""

import sqlite3
from collections.abc import Iterable

from moderation.carrying.values import Malformed
from paging.spill import Spill

IDS_PER_QUERY = 500


class Ids(Spill):
    """Of members, posts, comments, cases and acts."""

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE id (kind TEXT, old INTEGER, new INTEGER, PRIMARY KEY (kind, old)) "
            "WITHOUT ROWID"
        )

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
