"""A whole export."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from boards.models import Board
from moderation.carrying.kinds import KINDS
from moderation.carrying.shapes import Kind, Line, Wishes
from moderation.carrying.values import told
from moderation.carrying.writing import FORMAT, HEADER, VERSION, Writer

ROWS_AT_ONCE = 2_000


class Broken(Exception):
    """The board can't be told as it is; the message says why."""


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read is of one moment; nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not `atomic`, whose transactions are IMMEDIATE: that one would keep others from writing.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def size(board: Board, wishes: Wishes) -> int:
    """How many lines there will be, members left out."""
    return sum(kind.rows(board, wishes).count() for kind in KINDS[1:])


def export(board: Board, wishes: Wishes, writer: Writer, advance: Callable[[int], Any]) -> None:
    """Write a board, of the snapshot that the caller has. Raises Broken."""
    writer.write(
        {
            "kind": HEADER,
            "format": FORMAT,
            "version": VERSION,
            "site": settings.PUBLIC_URL,
            "exported_at": told(timezone.now()),
            "board": board.name,
            "votes": wishes.votes,
            "reporters": wishes.reporters,
        }
    )
    for kind in KINDS:
        whole = _in_whole_trees if kind.name == "comment" else iter
        for line in whole(_lines(kind, board, wishes)):
            writer.write(line)
            advance(1)
    writer.end()


def _lines(kind: Kind, board: Board, wishes: Wishes) -> Iterator[Line]:
    names = [(column.name, column.attribute) for column in kind.columns]
    attributes = [attribute for _, attribute in names]
    rows = kind.rows(board, wishes).values("pk", *attributes, *kind.also)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        line: Line = {"kind": kind.name}
        if kind.numbered:
            line["id"] = row["pk"]
        for name, attribute in names:
            line[name] = told(row[attribute])
        if kind.tell is not None:
            kind.tell(wishes, line, row)
        yield line


def _in_whole_trees(comments: Iterator[Line]) -> Iterator[Line]:
    """Raises Broken for a comment that does not come after the one that it answers."""
    tree: set[int] = set()
    for line in comments:
        if line["parent"] is None:
            tree = set()
        elif line["parent"] not in tree:
            raise Broken("a comment tree is not whole: run `manage.py check_tree --fix` first")
        tree.add(line["id"])
        yield line
