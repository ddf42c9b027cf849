"""Stops and starts the PostgreSQL of bin/postgres-for, as its operator would."""

import subprocess
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
