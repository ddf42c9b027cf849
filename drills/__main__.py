"""Runs the drills, one after the other; see drills/all.

python -m drills [--quick]: a line each. The whole run writes RESULTS.md; a quick one is of those
that cost little, shortened, and keeps nothing.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.machine import commit, memory, processor

HERE = Path(__file__).resolve().parent
PROGRAMS = (("redis-server", "--version"), ("nginx", "-v"))
NOT_TRIED = "It could not be tried."
QUICK = ["--seconds", "4"]
QUICK_ONES = {"06", "09", "14"}
HEAD = ["drill", "what was done", "what was seen", "", "seconds"]


def main(arguments: list[str]) -> int:
    quick = arguments == ["--quick"]
    if arguments and not quick:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    machine = _machine()
    results = [
        _run(path, QUICK if quick else [])
        for path in sorted(HERE.glob("[0-9][0-9]_*"))
        if not quick or path.name[:2] in QUICK_ONES
    ]
    if not quick:
        written = [*machine, "", *_table(results), ""]
        (HERE / "RESULTS.md").write_text("\n".join(written))
    return max(int(result["status"]) for result in results)


def _run(path: Path, options: list[str]) -> dict[str, Any]:
    began = time.monotonic()
    done = subprocess.run([path, *options], stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    said: dict[str, Any] = json.loads(lines[-1]) if lines else {"told": NOT_TRIED, "faults": []}
    verdict = "ok" if done.returncode == 0 else "not survived" if lines else "not tried"
    print(lines[0] if lines else f"{path.name} could not be tried", flush=True)
    return {
        "name": path.name.replace("_", " ", 1),
        "done": path.read_text().splitlines()[1].partition(": ")[2],
        "told": " ".join([said["told"], *said["faults"]]),
        "verdict": verdict,
        "status": done.returncode,
        "seconds": round(time.monotonic() - began),
    }


def _machine() -> list[str]:
    """How RESULTS.md begins; of the machine as it is before the drills."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("Django", "gunicorn", "psycopg2-binary", "redis")
    )
    return [
        "# Results of the drills",
        "",
        "Written by `drills/all`: faults that the board must survive, each against real processes.",
        "After each drill every acknowledged reply is there exactly once, and `check_tree` and",
        "`recount` find nothing.",
        "",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}",
        f"- {processor()}, {os.cpu_count()} cores, {memory():.0f} GB; {platform.platform()}",
        f"- Python {platform.python_version()}, {packages}; {', '.join(_programs())}",
        "- gunicorn with rboard/gunicorn.py and 4 processes; PostgreSQL as it is delivered",
        f"- load average {os.getloadavg()[0]:.1f} before",
    ]


def _programs() -> list[str]:
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    asked = [*((str(path), "--version") for path in postgres[-1:]), *PROGRAMS]
    found: list[str] = []
    for program, option in asked:
        path = shutil.which(program) or shutil.which(program, path="/usr/sbin")
        if path:
            done = subprocess.run([path, option], capture_output=True, text=True, check=False)
            words = (done.stdout or done.stderr).split("sha=")[0].strip().splitlines()
            found.append(words[0].strip())
    return found


def _table(results: list[dict[str, Any]]) -> list[str]:
    rows = [HEAD, ["---"] * len(HEAD)]
    rows += [
        [each["name"], each["done"], each["told"], each["verdict"], str(each["seconds"])]
        for each in results
    ]
    return [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
