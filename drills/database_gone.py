"""Drill 8: PostgreSQL restarts, and is gone for a while.

A restart costs the requests of five seconds at most. While it is gone pages say so with 503 and
when to come again within three seconds; /healthz stays green and /readyz is red. When it is back
nothing of ours needs a restart.
"""

import sys
import time
from dataclasses import dataclass, field

from bench.serving import Server
from drills.lost import lost
from drills.postgres import Postgres
from drills.result import Result, main
from drills.site import fresh, probe
from drills.writers import Load, reading, writing

WRITERS = 6
SECONDS = 5.0  # of load before and after each fault, and for which it is gone
OVER_SECONDS = 5.0
TOLD_SECONDS = 3.0


@dataclass
class Gone:
    """What was seen while PostgreSQL was gone."""

    slowest: float = 0.0
    asked: int = 0
    faults: list[str] = field(default_factory=list)

    def look(self, port: int, path: str, cookie: str, status: int) -> None:
        began = time.monotonic()
        got, later = probe(port, path, cookie)
        seconds = time.monotonic() - began
        self.slowest, self.asked = max(self.slowest, seconds), self.asked + 1
        if got != status or (status == 503 and not later):
            self.faults.append(f"{path} is {got} with Retry-After {later!r}, not {status}")
        if seconds > TOLD_SECONDS:
            self.faults.append(f"{path} took {seconds:.1f} s")


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(WRITERS)
    earlier = site.comments()
    server_of = Postgres(site)
    pages, member = [scene["threads"][0]], scene["cookies"][0]
    with (
        site.serving() as server,
        writing([server.port], scene) as writes,
        reading([server.port], pages, member) as reads,
    ):
        time.sleep(seconds)
        restarted = time.monotonic()
        server_of.restart()
        took = time.monotonic() - restarted
        time.sleep(max(seconds, OVER_SECONDS + 1))
        stopped = time.monotonic()
        costs = _costs(restarted, stopped, writes, reads)
        server_of.stop()
        gone = _look_around(server, pages[0], member, seconds)
        server_of.start()
        back = time.monotonic()
        time.sleep(max(seconds, OVER_SECONDS + 1))
        after = _costs(back, time.monotonic(), writes, reads)
    faults = [*gone.faults[:5], *lost(site, writes, earlier)]
    for name, last in (("restart", costs[1]), ("return", after[1])):
        if last > OVER_SECONDS:
            faults.append(f"a request failed {last:.1f} s after the {name}")
    wrong = {*writes.statuses(), *reads.statuses()} - {"503"}
    if wrong:
        faults.append(f"requests were answered with {', '.join(sorted(wrong))}")
    return _result(took, costs, gone, after, writes, faults)


def _costs(began: float, ended: float, *loads: Load) -> tuple[int, float]:
    """How many requests failed, and how long after the beginning the last of them was sent."""
    failed = [
        answer.sent - began
        for load in loads
        for answer in load.failed
        if answer.sent + answer.seconds >= began and answer.sent <= ended
    ]
    return len(failed), max(failed, default=0.0)


def _look_around(server: Server, thread: str, member: str, seconds: float) -> Gone:
    gone = Gone()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        gone.look(server.port, "/healthz", "", 200)
        gone.look(server.port, "/readyz", "", 503)
        gone.look(server.port, thread, member, 503)
        gone.look(server.port, "/settings/", member, 503)
        time.sleep(0.1)
    return gone


def _result(
    took: float,
    costs: tuple[int, float],
    gone: Gone,
    after: tuple[int, float],
    writes: Load,
    faults: list[str],
) -> Result:
    figures = {
        "replies": len(writes.taken),
        "restart_seconds": round(took, 2),
        "failed_by_restart": costs[0],
        "last_failed_after_seconds": round(costs[1], 2),
        "looks_while_gone": gone.asked,
        "slowest_while_gone_seconds": round(gone.slowest, 2),
        "last_failed_after_return_seconds": round(after[1], 2),
    }
    told = (
        f"A restart of {took:.1f} s cost {costs[0]} requests, the last {costs[1]:.1f} s after its "
        f"beginning; gone, {gone.asked} looks were answered in {gone.slowest:.1f} s at most; "
        f"{len(writes.taken):,} replies"
    )
    return Result(8, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
