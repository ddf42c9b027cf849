"""Statements that PostgreSQL plans once for each connection, instead of each time.

Planning one takes as long as running it, or longer, where it finds a row by its key. So such a
statement is sent as it is the first time, for a connection may not live to a second; then by
PREPARE, and by its name from then on. Not where the values decide which plan is good: a list of a
large board may want another index than that of a small one.

Behind a pooler like PgBouncer, which gives each transaction another connection, the name would not
be known. A pooler tells the id of a process of its own, so that it is found out; statements are
sent as they are then.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import count
from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg2 import errors, extensions
from psycopg2.extensions import AsIs

_numbers = count(1)

# As delivered, PostgreSQL takes a page anywhere for four times as dear as the next one, as on disks
# that turn. Where it expects few rows it then reads all of them, page after page, and sorts them,
# instead of the first ones of an index; and it expects few of each thread but the hundred largest,
# and of all in a plan for any values.
CHEAP_PAGES = "SET random_page_cost = 1.1"


class Planned(str):
    """SQL to be planned once; a string for all who don't know, as SQLite.

    It takes `size` parameters; those at the places `given` change, the others stay the same.
    """

    size: int
    given: list[int]
    name: str
    call: str

    def __new__(cls, statement: str, size: int, given: Iterable[int] | None = None) -> "Planned":
        """`given` are all of them if it is None."""
        made = super().__new__(cls, statement)
        made.size = size
        made.given = list(range(size) if given is None else given)
        made.name = f"rboard_{next(_numbers)}"
        values = ", ".join(["%s"] * len(made.given))
        made.call = f"EXECUTE {made.name} ({values})" if values else f"EXECUTE {made.name}"
        return made

    def constants(self, params: Sequence[Any]) -> list[Any]:
        """The parameters of PREPARE: a number stands for each value that comes later."""
        found = list(params)
        for number, place in enumerate(self.given, 1):
            found[place] = AsIs(f"${number}")
        return found


class Together(str):
    """Planned statements for one trip to PostgreSQL, which answers as to the last of them."""

    parts: list[Planned]

    def __new__(cls, parts: Iterable[Planned]) -> "Together":
        found = list(parts)
        made = super().__new__(cls, ";\n".join(found))
        made.parts = found
        return made


class PlanningCursor(extensions.cursor):
    """`met` and `plans`: the names of what was asked and of what was prepared on a connection."""

    def __init__(self, met: set[str], plans: set[str], *options: Any, **named: Any) -> None:
        super().__init__(*options, **named)
        self.met, self.plans = met, plans
        self.asked: tuple[str, Sequence[Any]] | None = None

    def execute(self, query: Any, vars: Any = None) -> None:
        if query.__class__ is Planned:
            parts = [query]
        elif query.__class__ is Together:
            parts = query.parts
        else:
            self.asked = None
            return super().execute(query, vars)
        self.asked = query, vars
        if any(part.name not in self.met for part in parts):
            self.met.update(part.name for part in parts)
            return super().execute(str(query), vars)
        values: list[Any] = []
        left = list(vars)
        for part in parts:
            own, left = left[: part.size], left[part.size :]
            self._prepare(part, own)
            values += [own[place] for place in part.given]
        try:
            super().execute("; ".join([part.call for part in parts]), values)
        except errors.FeatureNotSupported:
            # A migration has changed the type of a column that it reads, as by a longer text.
            self.connection.cursor_factory = extensions.cursor
            if self.connection.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
                raise
            super().execute(str(query), vars)

    def _prepare(self, statement: Planned, params: Sequence[Any]) -> None:
        if statement.name not in self.plans:
            prepare = f"PREPARE {statement.name} AS {statement}"
            super().execute(prepare, statement.constants(params))
            self.plans.add(statement.name)

    @property
    def query(self) -> bytes | None:
        """What was asked, for who counts and shows queries, and not by which name."""
        if self.asked is None:
            return super().query
        statement, params = self.asked
        return self.mogrify(str(statement), params)


@receiver(connection_created)
def plan_once(connection: Any, **_: Any) -> None:
    """Let a connection keep its plans, and choose them well; not one that a pooler shares out."""
    if connection.vendor != "postgresql":
        return
    driver = connection.connection
    with driver.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(process,)] = cursor.fetchall()
        if process == driver.info.backend_pid:
            cursor.execute(CHEAP_PAGES)
            driver.cursor_factory = partial(PlanningCursor, set(), set())
