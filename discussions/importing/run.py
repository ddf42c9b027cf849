"""A whole import."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from discussions import bulk, progress
from discussions.importing import boards, comments, posts, records
from discussions.importing.lines import objects
from discussions.importing.members import Members, is_name
from discussions.importing.records import NOBODY, Remark, Submission
from discussions.importing.rendering import Renderer
from discussions.importing.report import Report
from discussions.importing.spool import Spool

BATCH = 1_000  # records

Record = TypeVar("Record", Submission, Remark)


@dataclass(frozen=True)
class Import:
    """What to import: the boards of these names alone (in lower case), or all if there are none."""

    report: Report
    only: frozenset[str] = frozenset()
    quiet: bool = False
    members: Members = field(default_factory=Members)

    def wants(self, board: str) -> bool:
        return not self.only or board.lower() in self.only

    def import_posts(self, path: Path) -> None:
        """Raises lines.Unreadable."""
        with Renderer() as renderer, self._bar("Posts", _size(path), "B") as advance:
            for batch in bulk.chunks(self._submissions(path, advance), BATCH):
                posts.write(batch, self.members, renderer, self.report)

    def import_comments(self, path: Path) -> None:
        """Raises lines.Unreadable, planting.BrokenTree."""
        with Spool() as spool:
            with self._bar("Reading comments", _size(path), "B") as advance:
                for batch in bulk.chunks(self._remarks(path, advance), BATCH):
                    spool.add(batch)
            with (
                closing(spool.threads()) as threads,
                Renderer() as renderer,
                self._bar("Comments", spool.count, "") as advance,
            ):
                comments.write_all(
                    threads, self.wants, self.members, renderer, self.report, advance
                )

    def _bar(self, title: str, total: int | None, unit: str) -> Any:
        return progress.bar(title, total, unit, quiet=self.quiet)

    def _submissions(self, path: Path, advance: Callable[[int], Any]) -> Iterator[Submission]:
        for record in self._records(path, records.submission, advance):
            if not boards.is_name(record.board):
                self.report.problem("foreign_board", record.board)
            else:
                yield record

    def _remarks(self, path: Path, advance: Callable[[int], Any]) -> Iterator[Remark]:
        return self._records(path, records.remark, advance)

    def _records(
        self, path: Path, read: Callable[[dict[str, Any]], Record], advance: Callable[[int], Any]
    ) -> Iterator[Record]:
        """The records of a file; what is malformed is told of and passed over."""
        for number, raw in objects(path, self.report.malformed, advance):
            board = raw.get("subreddit")
            if isinstance(board, str) and not self.wants(board):
                self.report.count("skipped")
                continue
            try:
                record = read(raw)
            except records.Malformed as error:
                self.report.malformed(path, number, str(error))
                continue
            if record.author != NOBODY and not is_name(record.author):
                self.report.problem("foreign_author", record.author)
                record = record._replace(author=NOBODY)
            yield record


def _size(path: Path) -> int | None:
    """In bytes; None for what is no regular file."""
    return path.stat().st_size if path.is_file() else None
