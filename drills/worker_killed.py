"""Drill 6: kill -9 of a worker under load costs one request at most, and no tree.

The worker answers one request after the other, as behind a proxy.
"""

import os
import random
import signal
import sys
import time

from bench.memory import children
from bench.serving import WORKERS, Failed
from drills.lost import lost
from drills.result import Result, main
from drills.site import fresh
from drills.writers import Load, reading, writing

WRITERS = 6
SECONDS = 20.0
EVERY = 2.0  # seconds a worker is killed
REPLACED_SECONDS = 10


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(WRITERS)
    earlier = site.comments()
    pages, member = ["/", scene["threads"][0]], scene["cookies"][0]
    kills = max(1, round(seconds / EVERY))
    with (
        site.serving() as server,
        writing([server.port], scene) as writes,
        reading([server.port], pages, member, "") as reads,
    ):
        costs = [_kill_one(server.pid, writes, reads) for _ in range(kills)]
        _wait_until_replaced(server.pid)
    faults = lost(site, writes, earlier)
    if max(costs) > 1:
        faults.append(f"one kill cost {max(costs)} requests")
    figures = {
        "kills": kills,
        "requests": len(writes.answers) + len(reads.answers),
        "replies": len(writes.taken),
        "failed": sum(costs),
        "failed_by_one_kill": max(costs),
    }
    told = (
        f"{kills} times one of {WORKERS} workers was killed while {figures['requests']:,} requests "
        f"were made: {sum(costs)} failed, {max(costs)} at most by one kill"
    )
    return Result(6, told, figures, faults)


def _kill_one(master: int, *loads: Load) -> int:
    """How many requests failed in the seconds after."""
    before = [len(load.failed) for load in loads]
    os.kill(random.choice(children(master)), signal.SIGKILL)
    time.sleep(EVERY)
    return sum(len(load.failed) for load in loads) - sum(before)


def _wait_until_replaced(master: int) -> None:
    """Raises Failed if there are not all workers again."""
    until = time.monotonic() + REPLACED_SECONDS
    while len(children(master)) < WORKERS:
        if time.monotonic() > until:
            raise Failed("a killed worker is not replaced")
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
