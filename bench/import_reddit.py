"""How fast an archive comes in, and in how much memory.

    bin/postgres-for .venv/bin/python bench/import_reddit.py [--comments N] [--threads N]

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
from pathlib import Path

from archive import Archive

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SAMPLES_PER_SECOND = 5


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
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], check=True)  # noqa: S603
    for seed, times in ((1, 1), (2, 4)):
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(seed, times * options.comments, times * options.threads)
            measure(archive, Path(folder), times)
    return 0


def measure(archive: Archive, folder: Path, times: int) -> None:
    posts, comments = archive.write(folder)
    command = [*MANAGE, "import_reddit", "--json"]
    started = time.monotonic()
    child = subprocess.Popen(  # noqa: S603
        [*command, "--submissions", str(posts), "--comments", str(comments)],
        stdout=subprocess.PIPE,
        text=True,
    )
    memory = watch(child)
    seconds = time.monotonic() - started
    assert child.stdout is not None  # noqa: S101
    done = json.loads(child.stdout.read())
    print(  # noqa: T201
        f"{times}x: {done['comments']:,} comments, {done['posts']:,} posts and "
        f"{done['members']:,} members in {seconds:.1f} s: "
        f"{done['comments'] / seconds:,.0f} comments/s; "
        f"{peak(memory, 0):,.0f} MiB, with workers {peak(memory, 1):,.0f} MiB"
    )


def watch(child: "subprocess.Popen[str]") -> list[tuple[float, float]]:
    """The memory, in MiB, of the process and of it with its workers, until it ends."""
    samples = []
    while child.poll() is None:
        own = pss(child.pid)
        samples.append((own, own + sum(map(pss, children(child.pid)))))
        time.sleep(1 / SAMPLES_PER_SECOND)
    if child.returncode:
        sys.exit(f"import_reddit ended with status {child.returncode}")
    return samples


def peak(samples: list[tuple[float, float]], column: int) -> float:
    return max(sample[column] for sample in samples)


def children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def pss(pid: int) -> float:
    """Proportional set size: memory that processes share is counted once, in parts."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
