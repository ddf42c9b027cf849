"""Comments on their way, on disk: they come by date and are written thread by thread."""

from collections.abc import Generator, Iterable
from contextlib import closing
from itertools import groupby

from discussions.importing.records import Remark
from paging.spill import Spill

_COLUMNS = ", ".join(Remark._fields)


class Spool(Spill):
    """Takes about twice the size of the texts."""

    def __init__(self) -> None:
        self.count = 0
        super().__init__(f"CREATE TABLE remark ({_COLUMNS})")

    def add(self, remarks: Iterable[Remark]) -> None:
        places = ", ".join("?" * len(Remark._fields))
        cursor = self._file.executemany(f"INSERT INTO remark VALUES ({places})", remarks)
        self.count += cursor.rowcount

    def threads(self) -> Generator[list[Remark], None, None]:
        """The comments of each thread, in the archive's order."""
        rows = self._file.execute(f"SELECT {_COLUMNS} FROM remark ORDER BY thread, rowid")
        with closing(rows):
            for _, remarks in groupby(map(Remark._make, rows), key=lambda each: each.thread):
                yield list(remarks)
