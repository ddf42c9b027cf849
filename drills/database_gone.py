"""Drill 8: PostgreSQL restarts, is gone for a while, and hangs for a while.

A restart costs the requests of five seconds at most. While it is gone pages say so with 503 and
when to come again within three seconds; /healthz stays green and /readyz is red. While it hangs,
with all connections open, requests that it was at work on end after ten seconds, and all others are
told within five. When it is back nothing of ours needs a restart.
"""

import sys
import time
from dataclasses import dataclass, field

from bench.serving import Server
from drills.lost import lost
from drills.postgres import Postgres, hung
from drills.result import Result, main
from drills.site import fresh, probe
from drills.writers import Load, reading, writing

WRITERS = 6
SECONDS = 5.0  # of load before and after each fault, and for which it is gone
OVER_SECONDS = 5.0
TOLD_SECONDS = 3.0
# While it hangs: what it was at work on, with a new connection in vain behind it; and all others.
ENDED_SECONDS = 15.0
HUNG_TOLD_SECONDS = 5.0


@dataclass
class Gone:
    """What was seen while PostgreSQL was gone."""

    told_within: float = TOLD_SECONDS
    slowest: float = 0.0
    asked: int = 0
    faults: list[str] = field(default_factory=list)

    def look(self, port: int, path: str, cookie: str, status: int) -> None:
        began = time.monotonic()
        got, later = probe(port, path, cookie, 30)
        seconds = time.monotonic() - began
        self.slowest, self.asked = max(self.slowest, seconds), self.asked + 1
        if got != status or (status == 503 and not later):
            self.faults.append(f"{path} is {got} with Retry-After {later!r}, not {status}")
        if seconds > self.told_within:
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
        gone = _look_around(Gone(), server, pages[0], member, seconds)
        server_of.start()
        after = _afterwards(seconds, writes, reads)
        with hung(server_of.data):
            ended = _look_around(Gone(ENDED_SECONDS), server, pages[0], member, ENDED_SECONDS)
            hangs = _look_around(Gone(HUNG_TOLD_SECONDS), server, pages[0], member, seconds)
        woken = _afterwards(seconds, writes, reads)
    faults = [fault for each in (gone, ended, hangs) for fault in each.faults[:5]]
    faults += lost(site, writes, earlier)
    last = {"restart": costs[1], "return": after[1], "end of the hang": woken[1]}
    faults += _not_as_told(last, {*writes.statuses(), *reads.statuses()})
    figures = {
        "slowest_while_gone_seconds": round(gone.slowest, 2),
        "looks_while_gone": gone.asked,
        "last_failed_after_return_seconds": round(after[1], 2),
        "slowest_at_first_while_hung_seconds": round(ended.slowest, 2),
        "slowest_then_while_hung_seconds": round(hangs.slowest, 2),
        "looks_while_hung": ended.asked + hangs.asked,
        "last_failed_after_hang_seconds": round(woken[1], 2),
    }
    return _result(took, costs, figures, writes, faults)


def _not_as_told(last: dict[str, float], statuses: set[str]) -> list[str]:
    """What took longer than it may, or failed with anything but "come again"."""
    faults = [
        f"a request failed {seconds:.1f} s after the {name}"
        for name, seconds in last.items()
        if seconds > OVER_SECONDS
    ]
    wrong = statuses - {"503"}
    return faults + ([f"requests were answered with {', '.join(sorted(wrong))}"] if wrong else [])


def _afterwards(seconds: float, *loads: Load) -> tuple[int, float]:
    """What it still costs once it is back."""
    back = time.monotonic()
    time.sleep(max(seconds, OVER_SECONDS + 1))
    return _costs(back, time.monotonic(), *loads)


def _costs(began: float, ended: float, *loads: Load) -> tuple[int, float]:
    """How many requests failed, and how long after the beginning the last of them was sent."""
    failed = [
        answer.sent - began
        for load in loads
        for answer in load.failed
        if answer.sent + answer.seconds >= began and answer.sent <= ended
    ]
    return len(failed), max(failed, default=0.0)


def _look_around(gone: Gone, server: Server, thread: str, member: str, seconds: float) -> Gone:
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
    seen: dict[str, float],
    writes: Load,
    faults: list[str],
) -> Result:
    figures = {
        "replies": len(writes.taken),
        "restart_seconds": round(took, 2),
        "failed_by_restart": costs[0],
        "last_failed_after_seconds": round(costs[1], 2),
    } | seen
    told = (
        f"A restart of {took:.1f} s cost {costs[0]} requests, the last {costs[1]:.1f} s after its "
        f"beginning; gone, {seen['looks_while_gone']} looks were answered in "
        f"{seen['slowest_while_gone_seconds']:.1f} s at most; hung, {seen['looks_while_hung']} in "
        f"{seen['slowest_at_first_while_hung_seconds']:.1f} s at first and then in "
        f"{seen['slowest_then_while_hung_seconds']:.1f} s at most, and "
        f"{seen['last_failed_after_hang_seconds']:.1f} s after it none failed; "
        f"{len(writes.taken):,} replies"
    )
    return Result(8, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
