"""Drill 4: replies race a lock, a removal, a deletion and a board's purge: none comes later.

Every thread has its writers, who write all the while. In the middle of it some threads are locked,
removed by their moderator or deleted by their author, and one board is purged.
"""

import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench import preparing
from bench.serving import CSRF, HOST, Failed
from drills.lost import lost
from drills.result import Result, main
from drills.site import fresh
from drills.writers import Load, Racer, writing

SECONDS = 6.0  # before the ends, and as long after them
ENDS = {"lock": {"locked": "1"}, "remove": {}, "delete": {}}
EACH = 3  # threads
KEPT = 3
REFUSED = {"403", "404"}
Scene = dict[str, list[str]]


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(EACH * len(ENDS) + KEPT)
    doomed = site.scene(EACH, board="doomed")
    earlier = site.comments()
    with (
        site.serving() as server,
        writing([server.port], scene, Racer) as load,
        writing([server.port], doomed, Racer) as purged,
    ):
        time.sleep(seconds)
        over = _end(server.port, scene)
        purge = preparing.inside("drills.purging", site.environment, board="doomed")
        if not preparing.answer(purge):
            raise Failed("the board is there still")
        gone_at = time.monotonic()
        time.sleep(seconds)
    faults = lost(site, load, earlier)
    faults += _late(load, over) + _late(purged, dict.fromkeys(doomed["addresses"], gone_at))
    faults += _wrong(load) + _wrong(purged)
    return _result(load, purged, over, faults)


def _end(port: int, scene: Scene) -> dict[str, float]:
    """End some threads, as the moderator who began them; when each was ended, by its address."""
    over = {}
    for number, (deed, fields) in enumerate(list(ENDS.items()) * EACH):
        address = scene["addresses"][number]
        form = urlencode({"csrfmiddlewaretoken": CSRF, **fields})
        headers = {
            "Cookie": f"{scene['cookies'][0]}; csrf={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        link = HTTPConnection(HOST, port, timeout=60)
        link.request("POST", address.replace("/reply/", f"/{deed}/"), form, headers)
        status = link.getresponse().status
        link.close()
        if status != 302:
            raise Failed(f"{deed} was answered with {status}")
        over[address] = time.monotonic()
    return over


def _late(load: Load, over: dict[str, float]) -> list[str]:
    """Replies that were sent after the end of their thread, and taken."""
    late = [
        answer
        for answer in load.answers
        if answer.good and answer.sent > over.get(answer.address, float("inf"))
    ]
    return [f"{len(late)} replies were taken after the end"] if late else []


def _wrong(load: Load) -> list[str]:
    wrong = set(load.statuses()) - REFUSED
    return [f"replies were answered with {', '.join(sorted(wrong))}"] if wrong else []


def _result(load: Load, purged: Load, over: dict[str, float], faults: list[str]) -> Result:
    refused = len(load.failed) + len(purged.failed)
    if not refused:
        faults.append("no reply came too late")
    told = (
        f"{len(over)} threads were locked, removed or deleted and a board of {EACH} was purged "
        f"while {len(load.taken) + len(purged.taken):,} replies were written; "
        f"{refused:,} that came later were refused, none was taken"
    )
    figures = {"taken": len(load.taken), "purged": len(purged.taken), "refused": refused}
    return Result(4, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
