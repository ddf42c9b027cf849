"""A whole import, rehearsed and done.

It is one transaction: a board that is there is there whole, and a file that turns out to be bad on
its last line leaves nothing behind. Nobody waits for it but who takes the name of one of its
members meanwhile, and on SQLite whoever writes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction

from accounts.models import Member
from boards.actions import drop_outsiders
from boards.models import Board
from discussions import bulk
from discussions.importing.rendering import Renderer
from discussions.models import Comment, Post
from discussions.upkeep import counts
from discussions.upkeep.drift import derive
from moderation.actions import log, offices
from moderation.actions.log import By, Why
from moderation.carrying.ids import Ids
from moderation.carrying.reading import Refused, Source
from moderation.carrying.shapes import Arrival, Kind, Row
from moderation.carrying.values import Malformed
from moderation.models import Act
from moderation.models.log import Verb

BATCH = 1_000
BY = By(source=Act.Source.COMMAND)

Advance = Callable[[int], Any]


@dataclass(frozen=True)
class Import:
    """What to bring in, and how."""

    path: Path
    name: str = ""
    owner: Member | None = None
    same_site: bool = False
    same_source: bool = False

    def rehearse(self, advance: Advance) -> tuple[Arrival, Source]:
        """Judge all of the file, and tell what would come. Raises Refused."""
        source = Source(self.path)
        with Ids() as ids:
            arrival = self._arrival(source, ids, rehearses=True)
            for batch in _batches(source.rows(advance)):
                _insist(source, batch, lambda found: _take(arrival, found, [""] * len(found.rows)))
        self._require_free_name(arrival)
        if not arrival.owners and self.owner is None:
            raise Refused("nobody here would look after the board: name an owner with --owner")
        return arrival, source

    def apply(self, advance: Advance) -> Arrival:
        """Bring it in. Raises Refused, and then nothing was written."""
        source = Source(self.path)
        with Ids() as ids, Renderer() as renderer, transaction.atomic():
            if connection.vendor == "postgresql":
                # Else the database would remember a million checks until the end.
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            arrival = self._arrival(source, ids, rehearses=False)
            self._write(arrival, source, renderer, advance)
            self._settle(arrival, source)
        return arrival

    def _arrival(self, source: Source, ids: Ids, *, rehearses: bool) -> Arrival:
        site = str(source.header()["site"])
        if self.same_site and site.rstrip("/") != settings.PUBLIC_URL:
            raise Refused(
                f"--same-site: the file is of {site}, and this is {settings.PUBLIC_URL}. If that "
                "was once the address of this site, set PUBLIC_URL to it for the import"
            )
        return Arrival(
            site=site,
            ids=ids,
            name=self.name,
            same_site=self.same_site,
            same_source=self.same_source,
            rehearses=rehearses,
        )

    def _require_free_name(self, arrival: Arrival) -> None:
        if Board.objects.named(arrival.board.name).exists():
            name = arrival.board.name
            raise Refused(f"there is a board {name} already: give another name with --as")

    def _write(
        self, arrival: Arrival, source: Source, renderer: Renderer, advance: Advance
    ) -> None:
        """While a batch is written the next ones are rendered."""
        waiting: deque[tuple[Batch, Callable[[], list[str]]]] = deque()

        def finish() -> None:
            batch, html = waiting.popleft()
            _insist(source, batch, lambda found: _take(arrival, found, html()))

        for batch in _batches(source.rows(advance)):
            waiting.append((batch, _rendered(batch, renderer)))
            if len(waiting) > renderer.workers:
                finish()
        while waiting:
            finish()

    def _settle(self, arrival: Arrival, source: Source) -> None:
        """What follows from all that came; counters and ranks as `recount` has them."""
        board = arrival.board
        header = source.header()
        exported = datetime.fromisoformat(str(header["exported_at"]))
        note = f"imported: {header['site']}, {exported:%Y-%m-%d %H:%M}"
        log.write(Verb.SETTINGS, BY, board, None, Why(note=note))
        if self.owner is not None:
            offices.appoint(self.owner, board, BY, owner=True)
        if board.is_private:
            drop_outsiders(board)
        derive(counts.POSTS, Post.objects.filter(board=board))
        if arrival.has_votes:
            derive(counts.COMMENTS, Comment.objects.filter(post__board=board))
        derive(counts.BOARDS, Board.objects.filter(pk=board.pk))


@dataclass(frozen=True)
class Batch:
    """Some rows of one kind; of comments whole trees."""

    kind: Kind
    rows: list[Row]


def _batches(rows: Iterable[tuple[Kind, Row]]) -> Iterator[Batch]:
    batch: Batch | None = None
    for kind, row in rows:
        if batch is not None and (kind is not batch.kind or _is_full(batch, row)):
            yield batch
            batch = None
        if batch is None:
            batch = Batch(kind, [])
        batch.rows.append(row)
    if batch is not None:
        yield batch


def _is_full(batch: Batch, following: Row) -> bool:
    return len(batch.rows) >= BATCH and following.values.get("parent_id") is None


def _rendered(batch: Batch, renderer: Renderer) -> Callable[[], list[str]]:
    if not batch.kind.rendered:
        return lambda: [""] * len(batch.rows)
    return renderer.start([row.values["text"] for row in batch.rows])


def _insist(source: Source, batch: Batch, take: Callable[[Batch], None]) -> None:
    """Say where in the file it is that can't be taken. Raises Refused."""
    first, last = batch.rows[0].number, batch.rows[-1].number
    place = f"{source.path}:{first}" + (f"-{last}" if last > first else "")
    try:
        take(batch)
    except Malformed as error:
        if error.number:
            raise source.refused(f"{batch.kind.name}: {error}", error.number) from None
        raise Refused(f"{place}: {error}") from None
    except (IntegrityError, DataError) as error:
        why = str(error).partition("\n")[0]
        raise Refused(f"{place}: the database refuses a {batch.kind.name}: {why}") from error


def _take(arrival: Arrival, batch: Batch, html: list[str]) -> None:
    """Give new ids, put them in the place of old ones, and write."""
    kind, rows = batch.kind, batch.rows
    if kind.numbered and kind.name != "member":
        old = [row.old for row in rows]
        new = [-each for each in old]
        if not arrival.rehearses:
            new = bulk.next_ids(kind.model, len(rows))
        arrival.ids.add(kind.name, zip(old, new, strict=True))
    for column in kind.references:
        _translate(arrival, rows, column.attribute, column.refers_to, loose=column.loose)
    kind.write(arrival, kind, rows, html)


def _translate(
    arrival: Arrival, rows: list[Row], attribute: str, refers_to: str, *, loose: bool
) -> None:
    """New ids for old ones. Raises Malformed for what is not in the file."""
    old = [row.values[attribute] for row in rows if row.values[attribute] is not None]
    new = arrival.ids.find(refers_to, old)
    for row in rows:
        value = row.values[attribute]
        if value is None:
            continue
        if value not in new and not loose:
            why = f"{attribute.removesuffix('_id')}: there is no {refers_to} {value} before it"
            raise Malformed(why, row.number)
        row.values[attribute] = new.get(value)
        if value not in new and refers_to in ("post", "comment"):
            row.values["lost"] = True
