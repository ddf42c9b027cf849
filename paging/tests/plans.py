"""What the database reads for a page, asked of the database itself.

On PostgreSQL the rows that each node of the executed plan looked at, and of the plan for whatever
values if the statement is planned once for a connection, which may come to use that one; on SQLite
the steps of its virtual machine, and the tables that it went through from end to end.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from paging.plans import Planned

STEPS = 50  # SQLite counts so many at a time
# What SQLite may take: for any statement, and for each row.
STEPS_PER_STATEMENT, STEPS_PER_ROW = 4_000, 100


@dataclass
class Reading:
    """All that some queries read."""

    statements: int = 0
    rows: int = 0  # looked at by the busiest node of all plans (PostgreSQL)
    steps: int = 0  # (SQLite)
    scans: list[str] = field(default_factory=list)  # tables read from end to end, in no order
    plans: list[str] = field(default_factory=list)

    def assert_at_most(self, rows: int, *, of: str) -> None:
        """No more than so many rows at any place, and no scan of the table `of`, which grows."""
        assert self.statements
        told = "\n".join(self.plans)
        assert of in told
        assert of not in self.scans, told
        assert self.rows <= rows, f"{self.rows} rows\n{told}"
        limit = self.statements * STEPS_PER_STATEMENT + rows * STEPS_PER_ROW
        assert self.steps <= limit, f"{self.steps} steps, not {limit}\n{told}"


def read_by(act: Callable[[], Any]) -> Reading:
    """Run `act`, and tell what its queries read."""
    queries: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            queries.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        act()
    reading = Reading(len(queries))
    for sql, params in queries:
        (_explain if connection.vendor == "postgresql" else _step)(sql, params, reading)
    return reading


def _explain(sql: str, params: Any, reading: Reading) -> None:
    with connection.cursor() as cursor:
        _explain_one(cursor, sql, params, reading)
        if isinstance(sql, Planned):
            cursor.execute(f"PREPARE judged AS {sql}", sql.constants(params))
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            given = [params[place] for place in sql.given]
            values = f"({', '.join(['%s'] * len(given))})" if given else ""
            try:
                _explain_one(cursor, f"EXECUTE judged {values}", given, reading)
            finally:
                cursor.execute("RESET plan_cache_mode")
                cursor.execute("DEALLOCATE judged")


def _explain_one(cursor: Any, sql: str, params: Any, reading: Reading) -> None:
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
    plan = cursor.fetchone()[0][0]["Plan"]
    for node in _nodes(plan):
        passed = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        rows = sum(node.get(key, 0) for key in passed) * node["Actual Loops"]
        reading.rows = max(reading.rows, rows)
        if node["Node Type"] == "Seq Scan":
            reading.scans.append(node["Relation Name"])
    cursor.execute(f"EXPLAIN ANALYZE {sql}", params)
    reading.plans.append("\n".join(row[0][:200] for row in cursor.fetchall()))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node["Actual Loops"]:  # those that are never run cost nothing
        yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _step(sql: str, params: Any, reading: Reading) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = cursor.fetchall()
        sorting = {parent for _, parent, _, told in steps if told.startswith("USE TEMP B-TREE")}
        for _, parent, _, told in steps:
            # A virtual table is one of words; it tells after an M that it was asked for some.
            scan = re.match(
                r"SCAN (\w+_\w+)( USING (?:COVERING )?INDEX| VIRTUAL TABLE INDEX \d+:\S*M)?", told
            )
            # Through an index, and in its order, it stops at the end of the page.
            walk = scan and "VIRTUAL" not in (scan.group(2) or "")
            if scan and (not scan.group(2) or (walk and parent in sorting)):
                reading.scans.append(scan.group(1))
        reading.plans.append("\n".join(told for *_, told in steps))
        ticks: list[None] = []
        connection.connection.set_progress_handler(lambda: ticks.append(None), STEPS)
        try:
            cursor.execute(sql, params)
            cursor.fetchall()
        finally:
            connection.connection.set_progress_handler(None, 0)
        reading.steps += STEPS * len(ticks)
