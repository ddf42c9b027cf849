"""A board's file, read back; each line is judged by itself."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from discussions.importing import lines
from discussions.importing.lines import Unreadable
from moderation.carrying.kinds import KINDS, PLACES
from moderation.carrying.shapes import Column, Kind, Line, Row
from moderation.carrying.values import Malformed, any_moment, identifier, told
from moderation.carrying.writing import END, FORMAT, HEADER, VERSION

SITE_MAX_LENGTH = 200
# Bytes; what unpacking may take. `writing` and zstd by itself stay far below.
LARGEST_WINDOW = 2**27

NO_BOARD = "this is no board that rboard exported"


class Refused(Exception):
    """The file can't be used; the message says why, and where in it."""


class Source:
    """A file that is read, line by line; each is judged by itself.

    `ignored` counts the kinds of lines and the parts of lines that are not known here.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ignored: Counter[str] = Counter()
        self.number = 0
        self._digest = hashlib.sha256()
        self._counts: Counter[str] = Counter()
        self._place = 0

    def header(self) -> Line:
        """Raises Refused."""
        for found in self._objects(lambda count: None):
            return self._header(found)
        raise Refused(f"{self.path}: the file is empty")

    def rows(self, advance: Callable[[int], Any]) -> Iterator[tuple[Kind, Row]]:
        """All rows. Raises Refused, at the end where the file was cut off or changed."""
        ended = False
        for found in self._objects(advance):
            if ended:
                raise self.refused("something stands behind the last line")
            name = found.get("kind")
            if self.number == 1:
                self._header(found)
            elif name == END:
                self._require_whole(found)
                ended = True
            elif isinstance(name, str) and name in PLACES:
                kind = KINDS[PLACES[name]]
                yield kind, self._row(kind, found)
            else:
                self.ignored["lines"] += 1
        if not ended:
            raise Refused(f"{self.path}: the file was cut off: its last line is missing")

    def refused(self, why: str, number: int = 0) -> Refused:
        return Refused(f"{self.path}:{number or self.number}: {why}")

    def _objects(self, advance: Callable[[int], Any]) -> Iterator[Line]:
        self.number, self._place = 0, 0
        self._digest, self._counts = hashlib.sha256(), Counter()
        try:
            for number, line in lines.raw(self.path, self._cut, advance, LARGEST_WINDOW):
                self.number = number
                try:
                    found = lines.object_of(line)
                except ValueError as error:
                    which = f"{NO_BOARD}: " if number == 1 else ""
                    raise self.refused(f"{which}{error}") from None
                if found is None or line is None:
                    raise self.refused("the line is empty")
                if found.get("kind") != END:
                    self._digest.update(line + b"\n")
                yield found
        except (Unreadable, OSError) as error:
            raise Refused(str(error)) from error

    def _cut(self, why: str) -> None:
        raise Refused(f"{self.path}: {why}")

    def _header(self, found: Line) -> Line:
        if found.get("kind") != HEADER or found.get("format") != FORMAT:
            raise self.refused(NO_BOARD)
        if found.get("version") != VERSION:
            raise self.refused(f"this rboard reads version {VERSION} of the format alone")
        site = found.get("site")
        if not isinstance(site, str) or len(site) > SITE_MAX_LENGTH or not site.isprintable():
            raise self.refused("site: is not an address")
        try:
            any_moment(found.get("exported_at"))
        except Malformed as error:
            raise self.refused(f"exported_at: {error}") from None
        return found

    def _require_whole(self, end: Line) -> None:
        counts = end.get("counts")
        if not isinstance(counts, dict) or end.get("lines") != self.number - 1:
            raise self.refused("lines are missing, or too many")
        known = {name: count for name, count in counts.items() if name in PLACES}
        if known != self._counts:
            raise self.refused("lines of some kind are missing, or too many")
        if end.get("sha256") != self._digest.hexdigest():
            raise self.refused("the file was changed: its checksum is another")
        if not self._counts["board"]:
            raise self.refused("there is no board in it")

    def _row(self, kind: Kind, found: Line) -> Row:
        place = PLACES[kind.name]
        if place < self._place:
            raise self.refused(f"a {kind.name} stands too late: kinds have their order")
        self._place = place
        self._counts[kind.name] += 1
        if kind.name == "board" and self._counts["board"] > 1:
            raise self.refused("there is a second board")
        if place > PLACES["board"] and not self._counts["board"]:
            raise self.refused(f"a {kind.name} stands before the board")
        try:
            return Row(self.number, self._old_id(kind, found), self._values(kind, found))
        except Malformed as error:
            raise self.refused(f"{kind.name}: {error}") from None

    def _old_id(self, kind: Kind, found: Line) -> int:
        try:
            return identifier(found.get("id")) if kind.numbered else 0
        except Malformed as error:
            raise Malformed(f"id: {error}") from None

    def _values(self, kind: Kind, found: Line) -> Line:
        values: Line = {}
        name = ""
        try:
            for column in kind.columns:
                name = column.name
                value = found[name] if name in found else _default(column)
                values[column.attribute] = column.check(value)
            for name, check in kind.extra:
                values[name] = check(found.get(name))
        except Malformed as error:
            raise Malformed(f"{name}: {error}") from None
        if kind.judge is not None:
            kind.judge(values)
        self.ignored["fields"] += len(found.keys() - kind.keys)
        return values


def _default(column: Column) -> Any:
    """What stands for a part of a line that is missing, as a line would say it."""
    return told(column.default())
