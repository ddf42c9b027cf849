"""Columns that are derived from others, proved and put right.

Rows are looked at in batches, without a lock; those that look wrong are looked at again under
theirs, so that a vote that is just being counted is not taken for a fault.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from discussions import bulk

BATCH = 1_000
FIRST = 5  # so many rows are named
TOLERANCE = 1e-9  # of floats, relative above 1

Row = dict[str, Any]


@dataclass(frozen=True)
class Derived:
    """Some columns of a model, and what they are derived from.

    `expect` is given rows, with the columns `given` and the primary key, and gives for each row
    what `columns` should be. `lock` is given primary keys and locks what comes before their rows.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    given: tuple[str, ...]
    expect: Callable[[list[Row]], list[tuple[float, ...]]]
    lock: Callable[[list[int]], None] = lambda pks: None


@dataclass
class Drift:
    """What was found in the rows of a model."""

    rows: int = 0
    drifted: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    first: list[int] = field(default_factory=list)

    def add(self, pk: int, columns: list[str]) -> None:
        self.drifted += 1
        self.columns.update(columns)
        if len(self.first) < FIRST:
            self.first.append(pk)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "drifted": self.drifted,
            "columns": dict(self.columns),
            "first": self.first,
        }


def sweep(derived: Derived, *, apply: bool, advance: Callable[[int], Any]) -> Drift:
    """Look at every row; with `apply` put right what is wrong, a transaction for each batch."""
    drift = Drift()
    for rows in _batches(derived):
        drift.rows += len(rows)
        suspects = list(_wrong(derived, rows))
        if suspects:
            _settle(derived, suspects, drift, apply=apply)
        advance(len(rows))
    return drift


def derive(derived: Derived, among: "models.QuerySet[Any]") -> None:
    """Put right the columns of these rows, which nobody else can change now."""
    for rows in _batches(derived, among):
        wrong = _wrong(derived, rows)
        bulk.update(derived.model, derived.columns, ((row["pk"], *found) for row, found in wrong))


def _batches(derived: Derived, among: "models.QuerySet[Any] | None" = None) -> Iterator[list[Row]]:
    last = 0
    while rows := list(_read(derived, among).filter(pk__gt=last)[:BATCH]):
        last = rows[-1]["pk"]
        yield rows


def _read(
    derived: Derived, among: "models.QuerySet[Any] | None" = None
) -> "models.QuerySet[Any, Row]":
    rows = derived.model._default_manager.all() if among is None else among
    return rows.order_by("pk").values("pk", *derived.columns, *derived.given)


def _wrong(derived: Derived, rows: list[Row]) -> Iterator[tuple[Row, tuple[float, ...]]]:
    """The rows that are not as expected, with what is expected."""
    for row, expected in zip(rows, derived.expect(rows), strict=True):
        if not all(map(_same, _values(derived, row), expected)):
            yield row, expected


def _settle(
    derived: Derived,
    suspects: list[tuple[Row, tuple[float, ...]]],
    drift: Drift,
    *,
    apply: bool,
) -> None:
    pks = [row["pk"] for row, _ in suspects]
    with transaction.atomic():
        derived.lock(pks)
        found = _read(derived).filter(pk__in=pks)
        wrong = list(_wrong(derived, list(found.select_for_update(no_key=True))))
        if apply:
            bulk.update(
                derived.model,
                derived.columns,
                [(row["pk"], *expected) for row, expected in wrong],
            )
    for row, expected in wrong:
        pairs = zip(derived.columns, _values(derived, row), expected, strict=True)
        drift.add(row["pk"], [column for column, is_, should in pairs if not _same(is_, should)])


def _values(derived: Derived, row: Row) -> list[float]:
    return [row[column] for column in derived.columns]


def _same(is_: float, should: float) -> bool:
    return math.isclose(is_, should, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
