"""How fast an archive comes in, and in how much memory.

    bin/postgres-for .venv/bin/python -m bench.import_reddit [--comments N] [--threads N]

Imports made-up archives (see archive.py) with `manage.py import_reddit` into the PostgreSQL that
DATABASE_URL names, which must be empty: one of N comments (200,000 in 2,000 threads), then one
four times as large. Reports comments per second, from the start of the command to its end, and the
highest memory: of the command's own process, and of it with its workers (PSS, sampled).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.archive import Archive
from bench.memory import Watch

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]


@dataclass
class Import:
    """What came in, in how many seconds, and the highest memory in MiB."""

    comments: int
    posts: int
    members: int
    seconds: float
    own: float
    with_workers: float

    @property
    def speed(self) -> float:
        """Comments a second."""
        return self.comments / self.seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--comments", type=int, default=200_000)
    parser.add_argument("--threads", type=int, default=2_000)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        parser.error("DATABASE_URL must name a PostgreSQL")
    os.environ.setdefault("SECRET_KEY", "for the benchmark")
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], check=True)
    for seed, times in ((1, 1), (2, 4)):
        archive = Archive(seed, times * options.comments, times * options.threads)
        done = measure(archive, dict(os.environ))
        print(
            f"{times}x: {done.comments:,} comments, {done.posts:,} posts and "
            f"{done.members:,} members in {done.seconds:.1f} s: {done.speed:,.0f} comments/s; "
            f"{done.own:,.0f} MiB, with workers {done.with_workers:,.0f} MiB"
        )
    return 0


def measure(archive: Archive, environment: dict[str, str]) -> Import:
    """Import an archive. Raises CalledProcessError if the command fails."""
    with tempfile.TemporaryDirectory() as folder:
        posts, comments = archive.write(Path(folder))
        command = [*MANAGE, "import_reddit", "--json"]
        command += ["--submissions", str(posts), "--comments", str(comments)]
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        watch = Watch(child.pid)
        output, _ = child.communicate()
        seconds = time.monotonic() - started
        watch.stop()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    done = json.loads(output)
    return Import(done["comments"], done["posts"], done["members"], seconds, watch.own, watch.all)


if __name__ == "__main__":
    sys.exit(main())
