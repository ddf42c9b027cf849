"""Measures how fast rboard is, beside a view that does nothing, in the same run.

Makes a site of a million posts on a throw-away PostgreSQL, serves it as in production, loads its
pages as guest and as member, replies from one process and from eight, and prints one table. Ends
with 0 also where a budget is missed, with 1 where something could not be measured.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bench import machine, preparing
from bench.pages import find_wrk
from bench.report import NAMES, Report
from bench.run import Run
from bench.serving import Failed, environment
from bench.sizes import FULL, SMALL
from bench.table import Row, aligned

RESULTS = Path(__file__).parent / "RESULTS.md"
PROFILED = ("front", "board", "thread")
BUSY = 1.0  # a load average above it tells of others
DISTURBED = "Others used the machine meanwhile: figures and ratios are worse than they should be"


def main() -> int:
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # servers are stopped
    database = os.environ.get("DATABASE_URL", "")
    try:
        if options.profile:
            print(profile(options.profile, database))
        else:
            find_wrk()
            measure(database, small=options.small, write=options.write)
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "bin/bench",
        allow_abbrev=False,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--small", action="store_true", help="20,000 posts, in three minutes")
    parser.add_argument(
        "--write", action="store_true", help=f"write the results to bench/{RESULTS.name} as well"
    )
    parser.add_argument(
        "--profile",
        choices=list(NAMES),
        metavar="PAGE",
        help=f"instead tell where a page's time goes: {', '.join(NAMES)}",
    )
    return parser


def measure(database: str, *, small: bool, write: bool) -> None:
    told = machine.describe(database)
    before = machine.load_average()
    run = Run(SMALL if small else FULL, database)
    results = run.measure()
    told.append(
        f"{results.posts:,} posts, {results.comments:,} comments; "
        f"load average {before:.1f} before, {machine.load_average():.1f} after; "
        f"the run took {time.monotonic() - run.began:,.0f} seconds"
    )
    if before > BUSY:
        told.append(DISTURBED)
    rows = list(Report(results).rows())
    print("\n".join([*told, "", aligned(rows)]))
    if write:
        command = "bin/bench --small --write" if small else "bin/bench --write"
        profiles = [profiled(run.database, run.site, page) for page in PROFILED]
        RESULTS.write_text(as_markdown(command, told, rows, profiles))


def as_markdown(command: str, told: list[str], rows: Iterable[Row], profiles: Iterable[str]) -> str:
    parts = [
        "# Results of the benchmark",
        f"Written by `{command}`; the budgets come first. Each line of the table is the median of "
        "what it says. A is a bare Django view that returns 30,000 fixed bytes under the same "
        "server, measured in the same run; figures are requests a second and the median latency "
        "over eight connections.",
        "\n".join(f"- {line}" for line in told),
        aligned(rows),
        "## Where the time goes",
        *(f"```\n{text}\n```" for text in profiles),
    ]
    return "\n\n".join(parts) + "\n"


def profile(page: str, database: str) -> str:
    preparing.prepare(database)
    [site] = preparing.make({database: SMALL.site})
    return profiled(database, site, page)


def profiled(database: str, site: dict[str, dict[str, dict[str, str]]], page: str) -> str:
    path, cookie = site["pages"][page]["member"], site["reader"]
    settings = environment(database)
    found = preparing.answer(preparing.inside("profiling", settings, path=path, cookie=cookie))
    return str(found)


if __name__ == "__main__":
    sys.exit(main())
