"""Drill 14: kill -9 of all processes in the middle of SQLite writes, again and again."""

import os
import random
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from bench.memory import children
from bench.serving import free_port
from drills.lost import lost
from drills.result import Result, main
from drills.site import Site, fresh_on_sqlite
from drills.writers import writing

WRITERS = 6
SECONDS = 16.0
EVERY = 2.0  # seconds all are killed, by and large
SETTINGS = {"WEB_THREADS": "4"}  # bin/run, which serves SQLite, has threads too


def drill(seconds: float) -> Result:
    rounds = max(1, round(seconds / EVERY))
    with tempfile.TemporaryDirectory() as name:
        site = fresh_on_sqlite(Path(name))
        scene = site.scene(WRITERS)
        earlier = site.comments()
        ports = [free_port()]  # where nobody listens yet
        with ExitStack() as servers, writing(ports, scene) as load:
            found = [_kill_all(site, ports) for _ in range(rounds)]
            ports[:] = [servers.enter_context(site.serving(**SETTINGS)).port]
            time.sleep(EVERY)
        faults = [f"integrity_check: {said}" for said in found if said != "ok"]
        faults += lost(site, load, earlier)
    figures = {
        "kills": rounds,
        "integrity_ok": found.count("ok"),
        "replies": len(load.taken),
        "failed": len(load.failed),
    }
    told = (
        f"All processes were killed {rounds} times while {len(load.taken):,} replies were "
        f"written: integrity_check was ok {found.count('ok')} times"
    )
    return Result(14, told, figures, faults)


def _kill_all(site: Site, ports: list[int]) -> str:
    """Serve for a while, then kill; what integrity_check says."""
    with site.serving(**SETTINGS) as server:
        ports[:] = [server.port]
        time.sleep(EVERY * random.uniform(0.5, 1.5))
        workers = children(server.pid)
        for pid in (server.pid, *workers):  # the master first: it would start others
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    while any(map(_lives, workers)):
        time.sleep(0.01)
    return str(site.query("PRAGMA integrity_check")[0][0])


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
