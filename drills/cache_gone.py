"""Drill 10: Redis is killed, hangs and is flushed: no error, nobody is signed out, throttles hold.

In each state somebody tries eleven passwords for a new name, and one for the first name again.
"""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bench.serving import HOST, Failed, free_port
from drills.lost import lost
from drills.result import Result, main, percentile
from drills.site import Site, fresh, probe, send
from drills.writers import Load, reading, writing

WRITERS = 4
SECONDS = 6.0  # of load in each state
TRIES = 10  # of a password for one name, before none is taken
START_SECONDS = 10


class Redis:
    """A Redis server of our own, on a port that it keeps."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise Failed("no redis-server (on Debian: apt install redis-server)")
        self.port, self.program = free_port(), program
        self.folder = tempfile.TemporaryDirectory()
        self.start()

    def start(self) -> None:
        options = ["--bind", HOST, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [self.program, *options, "--dir", self.folder.name],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS
        while not self.says("PING").startswith("+PONG"):
            if time.monotonic() > until:
                raise Failed("redis-server does not start")
            time.sleep(0.05)

    def says(self, command: str) -> str:
        """What it answers to a command of one word; "" if it does not."""
        try:
            with closing(socket.create_connection((HOST, self.port), 2)) as link:
                link.sendall(f"{command}\r\n".encode())
                return link.recv(1000).decode()
        except OSError:
            return ""

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.stop()
        self.folder.cleanup()


@contextmanager
def redis() -> Iterator[Redis]:
    server = Redis()
    try:
        yield server
    finally:
        server.end()


def drill(seconds: float) -> Result:
    with redis() as cache:
        site = fresh(REDIS_URL=f"redis://{HOST}:{cache.port}/0")
        return _drill(site, cache, seconds)


def _drill(site: Site, cache: Redis, seconds: float) -> Result:
    scene = site.scene(WRITERS)
    earlier = site.comments()
    pages, members = ["/", scene["threads"][0]], scene["cookies"][:2]
    states: dict[str, tuple[float, float]] = {}
    ready = []
    faults: list[str] = []

    def see(state: str) -> None:
        began = time.monotonic()
        time.sleep(seconds)
        states[state] = (began, time.monotonic())
        ready.append(probe(server.port, "/readyz")[0])
        for name, wanted in ((state, [422] * TRIES + [429]), ("calm", [429])):
            answers = [_guess(server.port, name) for _try in wanted]
            if answers != wanted:
                faults.append(f"{state}: wrong passwords for {name} were answered {answers}")

    with (
        site.serving() as server,
        writing([server.port], scene) as writes,
        reading([server.port], pages, *members, "", "") as reads,
    ):
        see("calm")
        cache.stop()
        see("killed")
        cache.start()
        see("back")
        cache.process.send_signal(signal.SIGSTOP)
        see("hung")
        cache.process.send_signal(signal.SIGCONT)
        flushed = cache.says("FLUSHALL")
        see("flushed")
    faults += lost(site, writes, earlier)
    if not flushed.startswith("+OK"):
        faults.append("Redis was not flushed")
    if set(ready) != {200}:
        faults.append(f"/readyz was {ready}")
    faults += _failed("replies", writes) + _failed("pages", reads)
    return _result(states, writes, reads, faults)


def _failed(name: str, load: Load) -> list[str]:
    return [f"{len(load.failed)} {name} failed: {load.statuses()}"] if load.failed else []


def _guess(port: int, name: str) -> int:
    return send(port, "/login/", {"username": f"guessed-{name}", "password": "wrong"})


def _result(
    states: dict[str, tuple[float, float]], writes: Load, reads: Load, faults: list[str]
) -> Result:
    p95 = {
        state: round(
            1000
            * percentile(
                (each.seconds for load in (writes, reads) for each in load.between(*times)), 0.95
            )
        )
        for state, times in states.items()
    }
    requests = len(writes.answers) + len(reads.answers)
    failed = len(writes.failed) + len(reads.failed)
    figures = {
        "requests": requests,
        "replies": len(writes.taken),
        "failed": failed,
        "p95_ms": p95,
        "tries_of_a_password": TRIES,
    }
    told = (
        f"Redis was killed, hung and flushed while {requests:,} requests were made: {failed} "
        f"failed, nobody was signed out; p95 {p95['calm']} ms, killed {p95['killed']} ms, hung "
        f"{p95['hung']} ms; the wrong password after {TRIES} was refused in each state"
    )
    return Result(10, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
