"""Drill 7: a rolling update of two servers under load costs no request.

Done as Kubernetes does it with the chart's own times: a new server takes part once it is ready;
one that goes is told so only after the pause before its stop, while who sends it requests learns
it some seconds late.
"""

import re
import sys
import time
from contextlib import ExitStack

from bench.serving import ROOT, STOP_SECONDS, Server
from drills.lost import lost
from drills.result import Result, main
from drills.site import Site, fresh
from drills.writers import Load, reading, writing

WRITERS = 6
SERVERS = 2
SECONDS = 4.0  # of load before and after
LEARNT_SECONDS = 3.0  # a proxy sends requests to a server that goes for so long
PRE_STOP = re.compile(r"^ *preStopSeconds: (\d+)$", re.MULTILINE)


class Running:
    """One server of the site, and how it is ended."""

    def __init__(self, site: Site, ports: list[int]) -> None:
        self.ports, self.stack = ports, ExitStack()
        self.server: Server = self.stack.enter_context(site.serving())
        ports.append(self.server.port)

    def leave(self, pre_stop: float) -> float:
        """End as a pod does; the seconds that it took from SIGTERM on."""
        time.sleep(min(LEARNT_SECONDS, pre_stop))
        self.ports.remove(self.server.port)
        time.sleep(max(0.0, pre_stop - LEARNT_SECONDS))
        began = time.monotonic()
        self.stack.close()
        return time.monotonic() - began


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(WRITERS)
    earlier = site.comments()
    values = (ROOT / "helm" / "rboard" / "values.yaml").read_text()
    pre_stop = float(PRE_STOP.findall(values)[0])
    ports: list[int] = []
    pages = ["/", scene["threads"][0]]
    with ExitStack() as servers:  # which stay until all visitors have ended

        def run() -> Running:
            new = Running(site, ports)
            servers.callback(new.stack.close)
            return new

        old = [run() for _ in range(SERVERS)]
        with (
            writing(ports, scene) as writes,
            reading(ports, pages, scene["cookies"][0], "") as reads,
        ):
            time.sleep(seconds)
            ends = []
            for each in old:
                run()  # the new one comes before the old one goes
                ends.append(each.leave(pre_stop))
            time.sleep(seconds)
    faults = lost(site, writes, earlier)
    return _result(pre_stop, ends, writes, reads, faults)


def _result(
    pre_stop: float, ends: list[float], writes: Load, reads: Load, faults: list[str]
) -> Result:
    failed = len(writes.failed) + len(reads.failed)
    if failed:
        faults.append(f"{failed} requests failed: {writes.statuses()} {reads.statuses()}")
    if max(ends) >= STOP_SECONDS:
        faults.append(f"a server had to be killed after {max(ends):.0f} s")
    figures = {
        "servers": SERVERS,
        "pre_stop_seconds": pre_stop,
        "requests": len(writes.answers) + len(reads.answers),
        "replies": len(writes.taken),
        "failed": failed,
        "stop_seconds": [round(each, 2) for each in ends],
    }
    told = (
        f"{SERVERS} servers were replaced one by one while {figures['requests']:,} requests were "
        f"made: {failed} failed; from SIGTERM to its end a server took {max(ends):.1f} s at most"
    )
    return Result(7, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
