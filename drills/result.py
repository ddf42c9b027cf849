"""What a drill prints, and how it ends: 0 survived, 1 could not be tried, 3 not survived."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bench.serving import Failed

LOST = 3


@dataclass
class Result:
    """`told` is a line for people, `figures` are for machines, `faults` what must not be."""

    drill: int
    told: str
    figures: dict[str, Any]
    faults: list[str]


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share lies; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def main(about: str | None, drill: Callable[[float], Result], seconds: float) -> int:
    """Run a drill; `seconds` of load is its usual length."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--seconds",
        type=float,
        default=seconds,
        help="how long it is under load at least, apart from the fault (default: %(default)g)",
    )
    length = parser.parse_args().seconds
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # servers are stopped
    try:
        result = drill(length)
    except Failed as error:
        print(f"drill: {error}", file=sys.stderr)
        return 1
    verdict = "not survived: " + "; ".join(result.faults) if result.faults else "survived"
    print(f"Drill {result.drill}, {verdict}. {result.told}")
    said = {"drill": result.drill, "survived": not result.faults, "faults": result.faults}
    print(json.dumps(said | {"told": result.told} | result.figures))
    return LOST if result.faults else 0
