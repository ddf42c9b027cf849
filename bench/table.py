"""What was measured, beside what was promised."""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = ("work", "figure", "against", "budget", "", "queries", "bytes, compressed")


@dataclass
class Row:
    """One measurement in words; `good` says whether the budget is kept, None that there is none."""

    work: str
    figure: str
    against: str = ""
    budget: str = ""
    good: bool | None = None
    queries: str = ""
    weight: str = ""

    @property
    def verdict(self) -> str:
        return {None: "", True: "ok", False: "missed"}[self.good]

    def cells(self) -> tuple[str, ...]:
        return (
            self.work,
            self.figure,
            self.against,
            self.budget,
            self.verdict,
            self.queries,
            self.weight,
        )


def aligned(rows: Iterable[Row]) -> str:
    """As a table for a terminal, which is Markdown too."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def share(figure: float, limit: float) -> str:
    """A throughput as a share of the limit: 1/7.3."""
    return f"1/{limit / figure:.1f}" if figure < limit else f"{figure / limit:.2f}"


def times(figure: float, base: float) -> str:
    return f"{figure / base:.2f} ×"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def speed(throughput: float, latency: float) -> str:
    return f"{throughput:,.0f}/s, {milliseconds(latency)}"
