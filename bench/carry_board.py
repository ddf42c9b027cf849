"""How fast a board comes in and goes out, and in how much memory.

    bin/postgres-for .venv/bin/python -m bench.carry_board [--comments N]

Imports a made-up board with `manage.py import_board` into the PostgreSQL that DATABASE_URL names,
which must be empty, and exports it again with `export_board`: one of N comments (100,000), then one
four times as large. Reports comments per second, from the start of a command to its end, and the
highest memory: of the command's own process, and of it with its workers (PSS, sampled).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.archive import START, Archive
from bench.import_reddit import MANAGE
from bench.memory import Watch
from moderation.carrying.writing import FORMAT, HEADER, VERSION, Writer

COMMENTS_PER_POST = 100
COMMENTS_PER_TREE = 10
FIRST = {
    "kind": HEADER, "format": FORMAT, "version": VERSION, "site": "https://bench.example",
    "exported_at": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--comments", type=int, default=100_000)
    options = parser.parse_args()
    os.environ.setdefault("SECRET_KEY", "for the benchmark")
    run("migrate", "--verbosity", "0")
    run("ensure_operator", "--name", "carrier", "--json")
    with tempfile.TemporaryDirectory() as folder:
        for times in (1, 4):
            comments = times * options.comments
            path, back = Path(folder, "board.jsonl"), Path(folder, "back.jsonl.zst")
            write(path, lines(times, comments))
            arguments = ("--owner", "carrier", "--apply", "--json")
            tell("in", comments, "import_board", str(path), *arguments)
            tell("out", comments, "export_board", f"carried_{times}", str(back), "--json")
    return 0


def run(*arguments: str) -> None:
    subprocess.run([*MANAGE, *arguments], check=True, stdout=subprocess.DEVNULL)


def tell(title: str, comments: int, *arguments: str) -> None:
    """Raises CalledProcessError if the command fails."""
    command = [*MANAGE, *arguments]
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watch = Watch(child.pid)
    child.wait()
    seconds = time.monotonic() - started
    watch.stop()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    print(
        f"{title:>4} {comments:>10,} comments in {seconds:6.1f} s: {comments / seconds:>8,.0f}/s; "
        f"{watch.own:,.0f} MiB, with workers {watch.all:,.0f} MiB"
    )


def lines(seed: int, comments: int) -> Iterator[dict[str, Any]]:
    made = Archive(seed, comments, comments // COMMENTS_PER_POST)
    members = len(made.members)
    for number, name in enumerate(made.members, 1):
        yield {"kind": "member", "id": number, "username": f"{name}_{seed}", "joined_at": at(0)}
    yield {"kind": "board", "name": f"carried_{seed}", "title": "Bench", "created_at": at(0),
           "active_at": at(comments)}  # fmt: skip
    for number in range(1, comments // COMMENTS_PER_POST + 1):
        yield {"kind": "post", "id": number, "author": 1 + number % members, "ups": number % 90,
               "downs": number % 7, "title": made.sentence(), "text": made.text(),
               "created_at": at(number), "active_at": at(comments)}  # fmt: skip
    for number in range(1, comments + 1):
        place = (number - 1) % COMMENTS_PER_TREE
        yield {"kind": "comment", "id": number, "post": 1 + (number - 1) // COMMENTS_PER_POST,
               "parent": number - 1 if place else None, "author": 1 + number % members,
               "text": made.text(), "created_at": at(number), "ups": 1 + number % 5,
               "downs": number % 3}  # fmt: skip


def at(seconds: int) -> str:
    moment = time.gmtime(START + seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", moment)


def write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write(FIRST)
        for row in rows:
            writer.write(row)
        writer.end()


if __name__ == "__main__":
    sys.exit(main())
