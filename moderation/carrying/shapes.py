"""What a kind of lines is, and what is handed around while a file comes in."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db.models import Model, QuerySet

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from moderation.carrying.ids import Ids
from moderation.carrying.values import Check, check_of
from moderation.models import Act, Case

Line = dict[str, Any]

TARGETS: dict[Any, str] = {
    Member: "member", Post: "post", Comment: "comment", Case: "case", Act: "act",
}  # fmt: skip
# Each line has a kind of its own.
OTHER_NAMES = {"kind": "queue"}


@dataclass(frozen=True)
class Wishes:
    """What of a board is told beside what is always told."""

    votes: bool = False
    reporters: bool = False


class Row(NamedTuple):
    """A line that was read: its number, its id there, and its values by the model's attributes."""

    number: int
    old: int
    values: dict[str, Any]


@dataclass
class Arrival:
    """A board on its way in."""

    # Where the file comes from, as it says.
    site: str
    ids: Ids
    # Another name for the board than it has there.
    name: str = ""
    # Whose names there are the same members here: everybody's; those who came from that site.
    same_site: bool = False
    same_source: bool = False
    # Everything but writing; who is not here yet has an id below zero.
    rehearses: bool = False
    board: Board = field(default_factory=Board)
    counts: Counter[str] = field(default_factory=Counter)
    has_votes: bool = False
    # In which batches of acts get names of their own: to take one back here must not reach into
    # the board that they came from.
    batches: UUID = field(default_factory=uuid4)
    # Of those who look after it, owners who can sign in.
    owners: int = 0

    def find(self, kind: str, old: int) -> int | None:
        return self.ids.find(kind, [old]).get(old)


@dataclass(frozen=True)
class Column:
    """A part of a line: its name there, the model's attribute, the kind of line it refers to."""

    name: str
    attribute: str
    refers_to: str
    # Of the log, which stays as it is when its objects go.
    loose: bool
    check: Check
    default: Callable[[], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of lines; `kinds` has the table."""

    name: str
    model: type[Model]
    # The columns that are carried.
    fields: str
    # The rows of a board, in their order.
    rows: Callable[[Board, Wishes], QuerySet[Any]]
    # Writes some rows, whose references are new ids already, beside their HTML if they have any.
    write: Callable[[Arrival, "Kind", Sequence[Row], Sequence[str]], None]
    # What is read beside the columns, for `tell`, which changes what is told of a row.
    also: tuple[str, ...] = ()
    tell: Callable[[Wishes, Line, Line], None] | None = None
    # What the columns can't judge one by one: raises Malformed, or changes the values.
    judge: Callable[[Line], None] | None = None
    # What is no column of the model's, checked.
    extra: tuple[tuple[str, Check], ...] = ()
    # Whether other lines refer to it by its id.
    numbered: bool = False
    # Whether it has a text to be rendered.
    rendered: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(map(self._column, self.fields.split()))

    @cached_property
    def keys(self) -> frozenset[str]:
        """What a line may have."""
        names = {column.name for column in self.columns} | {name for name, _ in self.extra}
        return frozenset(names | {"kind", "id"})

    @cached_property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.refers_to)

    def _column(self, name: str) -> Column:
        of: Any = self.model._meta.get_field(name)
        refers_to = TARGETS[of.related_model] if of.is_relation else ""
        loose = of.is_relation and not of.db_constraint
        default = (lambda: of.db_default) if _database_alone_knows(of) else of.get_default
        return Column(
            OTHER_NAMES.get(name, name), of.attname, refers_to, loose, check_of(of), default
        )


def _database_alone_knows(field: Any) -> bool:
    """The default of a column."""
    return field.has_db_default() and not field.has_default()
