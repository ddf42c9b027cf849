"""What a database holds, in counts and checksums, so that two databases can be compared."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

# A site with rows in none of these has nothing to lose.
SOMEBODY = ("accounts_member", "boards_board")
# Whose rows stay behind: who has a backup could be anybody who was signed in, and who signed out
# since would be signed in again. And people type passwords where names are asked for.
LEFT_OUT = ("django_session", "axes_accessattempt")


@dataclass(frozen=True)
class Table:
    """`sha256` is of the text of all rows in the order of their keys."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """All that is compared, of one moment.

    `sequences` have the last number each gave, `objects` names indexes, triggers, constraints and
    functions, and `migrations` are "app.name".
    """

    tables: dict[str, Table]
    sequences: dict[str, int]
    objects: list[str]
    migrations: list[str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Any) -> "Contents":
        """Raises ValueError if it is not what `as_json` made."""
        try:
            return cls(
                {
                    text(name): Table(_number(table["rows"]), text(table["sha256"]))
                    for name, table in said["tables"].items()
                },
                {text(name): _number(last) for name, last in said["sequences"].items()},
                _texts(said["objects"]),
                _texts(said["migrations"]),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not what as_json made") from error


def text(said: Any) -> str:
    """One that can be shown in a line. Raises ValueError."""
    if isinstance(said, str) and said.isprintable():
        return said
    raise ValueError("no plain text")


def _number(said: Any) -> int:
    if type(said) is int:  # which True is not
        return said
    raise ValueError("no number")


def _texts(said: Any) -> list[str]:
    if isinstance(said, list):
        return [text(each) for each in said]
    raise ValueError("no list")


def differences(before: Contents, after: Contents) -> Iterator[str]:
    """What is not after as it was before, a line each."""
    for name, table in before.tables.items():
        there = after.tables.get(name)
        if there is None:
            yield f"{name}: the table is missing"
        elif there.rows != table.rows:
            yield f"{name}: {there.rows:,} rows instead of {table.rows:,}"
        elif there != table:
            yield f"{name}: other content in its {table.rows:,} rows"
    for name in sorted(after.tables.keys() - before.tables.keys()):
        yield f"{name}: a table that was not there"
    for name, number in before.sequences.items():
        # Others may have taken a number between the count and the copy: later is right.
        if after.sequences.get(name, 0) < number:
            yield f"{name}: would give numbers again that are in use"
    for name in sorted(set(before.objects) ^ set(after.objects)):
        yield f"{name}: " + ("missing" if name in before.objects else "was not there")
