"""Runs the drills, one after the other; see drills/all.

python -m drills [--quick | NUMBER...]: a line each. The whole run writes RESULTS.md, some by their
numbers (as 08 11) write their lines anew; a quick one is of those that cost little, shortened, and
keeps nothing.
"""

import ast
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
TABLE = HERE / "RESULTS.md"
NOT_TRIED = "It could not be tried."
QUICK = ["--seconds", "4"]
QUICK_ONES = ["06", "09", "14"]
HEAD = ["drill", "what was done", "what was seen", "", "seconds"]


def main(arguments: list[str]) -> int:
    quick = arguments == ["--quick"]
    drills = {path.name[:2]: path for path in sorted(HERE.glob("[0-9][0-9]_*"))}
    chosen = list(QUICK_ONES if quick else arguments or drills)
    if not drills.keys() >= set(chosen):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    machine = _machine()
    results = [_run(drills[name], QUICK if quick else []) for name in chosen]
    if arguments and not quick:
        _write_anew(results)
    elif not quick:
        TABLE.write_text("\n".join([*machine, "", *_table(results), ""]))
    return max(int(result["status"]) for result in results)


def _write_anew(results: list[dict[str, Any]]) -> None:
    """The lines of these drills alone, with a line that says when that was."""
    lines = TABLE.read_text().splitlines()
    for each, row in zip(results, _table(results)[2:], strict=True):
        start = f"| {each['name']} |"
        lines = [row if line.startswith(start) else line for line in lines]
        again = f"- {each['name']} again: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}"
        lines.insert(lines.index(f"| {' | '.join(HEAD)} |") - 1, again)
    TABLE.write_text("\n".join([*lines, ""]))


def _run(path: Path, options: list[str]) -> dict[str, Any]:
    began = time.monotonic()
    done = subprocess.run([path, *options], stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    said: dict[str, Any] = json.loads(lines[-1]) if lines else {"told": NOT_TRIED, "faults": []}
    verdict = "ok" if done.returncode == 0 else "not survived" if lines else "not tried"
    print(lines[0] if lines else f"{path.name} could not be tried", flush=True)
    return {
        "name": path.name.replace("_", " ", 1),
        "done": _done(path),
        "told": " ".join([said["told"], *said["faults"]]),
        "verdict": verdict,
        "status": done.returncode,
        "seconds": round(time.monotonic() - began),
    }


def _done(path: Path) -> str:
    """What is done in a drill, as its module says in its first line: "Drill 6: kill -9 of …"."""
    module = path.with_name(path.name.partition("_")[2]).with_suffix(".py")
    about = ast.get_docstring(ast.parse(module.read_text())) or ""
    return about.splitlines()[0].partition(": ")[2]


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
