"""Stops, starts and hangs the PostgreSQL of bin/postgres-for."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.serving import Failed
from drills.site import Site


class Postgres:
    """The server of a site's database, found by asking it."""

    def __init__(self, site: Site) -> None:
        [[folder]] = site.query("SHOW data_directory")
        [[binaries]] = site.query("SELECT setting FROM pg_config() WHERE name = 'BINDIR'")
        self.data, self.binaries = Path(folder), Path(binaries)

    def restart(self) -> None:
        self._control("--mode", "fast", "restart")

    def stop(self) -> None:
        self._control("--mode", "fast", "stop")

    def start(self) -> None:
        self._control("start")

    def _control(self, *arguments: str) -> None:
        """As the user whose files they are: PostgreSQL refuses root. Raises Failed."""
        owner = self.data.stat()
        log = self.data.with_name("log")
        done = subprocess.run(
            [self.binaries / "pg_ctl", "--pgdata", self.data, "--log", log, "--wait", *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
            check=False,
        )
        if done.returncode:
            raise Failed(f"pg_ctl {' '.join(arguments)} failed")


@contextmanager
def hung(data: Path) -> Iterator[None]:
    """All processes of a server stand still: connections stay open, and nothing is said."""
    first = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(first, signal.SIGSTOP)  # it makes no others from here on
    everyone = [first, *_children(first)]
    try:
        _send(signal.SIGSTOP, everyone)
        yield
    finally:
        _send(signal.SIGCONT, everyone)


def _children(parent: int) -> list[int]:
    found = (Path(f"/proc/{parent}/task") / str(parent) / "children").read_text()
    return [int(number) for number in found.split()]


def _send(number: signal.Signals, processes: list[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.kill(process, number)
