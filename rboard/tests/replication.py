"""A PostgreSQL with a streaming replica, made as bin/postgres-for makes one alone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "bin" / "postgres-for"
PATIENCE = 30  # seconds


def _load() -> Any:
    spec = spec_from_loader("postgres_for", SourceFileLoader("postgres_for", str(PROGRAM)))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def until(happens: Callable[[], Any], what: str) -> Any:
    """What it says, as soon as that is true; fails if it never is."""
    deadline = time.monotonic() + PATIENCE
    while not (said := happens()):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        time.sleep(0.05)
    return said


@dataclass
class Server:
    url: str
    cluster: Any

    def ask(self, statement: str) -> Any:
        """The first value of the first row, if there is one."""
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def stop(self) -> None:
        self.cluster.stop()

    def start(self) -> None:
        log = str(self.cluster.folder / "log")
        data = str(self.cluster.data)
        self.cluster.runs_or_raises("pg_ctl", "--pgdata", data, "--log", log, "--wait", "start")


@dataclass
class Pair:
    primary: Server
    replica: Server

    def catch_up(self) -> None:
        written = self.primary.ask("SELECT pg_current_wal_flush_lsn()")
        replayed = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
        until(lambda: self.replica.ask(replayed), "the replica has caught up")

    @contextmanager
    def lagging(self) -> Iterator[None]:
        """The replica stays where it is, with what came to it until now."""
        self.catch_up()
        self.replica.ask("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        until(lambda: self.replica.ask(state), "the replica pauses")
        try:
            yield
        finally:
            self.replica.ask("SELECT pg_wal_replay_resume()")


@contextmanager
def alone() -> Iterator[Server]:
    """A PostgreSQL of one's own, to be treated badly."""
    module = _load()
    found = module.installed_servers()
    if not found:
        pytest.skip("no programs of a PostgreSQL server here")
    with TemporaryDirectory(prefix="rboard-primary-") as folder:
        cluster = module.Cluster(found[0], Path(folder))
        try:
            cluster.create(module.OPTIONS)
            yield Server(cluster.start(), cluster)
        finally:
            cluster.stop()


@contextmanager
def replicated() -> Iterator[Pair]:
    module = _load()
    found = module.installed_servers()
    if not found:
        pytest.skip("no programs of a PostgreSQL server here")
    with (
        TemporaryDirectory(prefix="rboard-primary-") as one,
        TemporaryDirectory(prefix="rboard-replica-") as other,
    ):
        primary = module.Cluster(found[0], Path(one))
        replica = module.Cluster(found[0], Path(other))
        try:
            primary.create(module.OPTIONS | {"synchronous_commit": "on"})
            url = primary.start()
            yield Pair(Server(url, primary), _replica(module, replica, primary, url))
        finally:
            replica.stop()
            primary.stop()


def _replica(module: Any, replica: Any, primary: Any, url: str) -> Server:
    replica.password = primary.password
    place = urlsplit(url)
    replica.runs_or_raises(
        *("pg_basebackup", "--host", "127.0.0.1", "--port", str(place.port)),
        *("--username", module.NAME, "--pgdata", str(replica.data)),
        *("--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast", "--no-sync"),
    )
    port = module.free_port()
    replica.configure({"port": str(port)})
    server = Server(url.replace(f":{place.port}/", f":{port}/"), replica)
    server.start()
    return server
