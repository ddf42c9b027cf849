"""Servers as in production, and the database they use."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 4
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
# A browser keeps such a secret from its sign-in on.
CSRF = "b" * 32
# What a developer's own shell may have set, and a fresh site has not.
FOREIGN = "DEBUG SECRET_KEY_FILE EMAIL_URL PUBLIC_URL ALLOWED_HOSTS WEB_THREADS ACCESS_LOG".split()


class Failed(Exception):
    """Something could not be measured, and why."""


@dataclass
class Server:
    """A gunicorn that answers; `pid` is that of its master process."""

    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def connect(self) -> HTTPConnection:
        return HTTPConnection(HOST, self.port, timeout=60)


def environment(database: str, **more: str) -> dict[str, str]:
    """The environment of a site on a database (its URL)."""
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return own | {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "for the benchmark only, and never for a site of anybody",
        "PUBLIC_URL": f"http://{HOST}",
        "STATIC_ROOT": str(ROOT / "build" / "bench" / "static"),
        "DATABASE_URL": database,
        "SAMPLES": "0",
        "LOG_LEVEL": "WARNING",
        **more,
    }


def sibling(database: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(database)._replace(path=f"/{name}"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    settings: dict[str, str], application: str = "rboard.wsgi", folder: Path = ROOT
) -> Iterator[Server]:
    """Serve a WSGI application with the configuration of gunicorn that the folder holds."""
    port = free_port()
    settings = settings | {"HOST": HOST, "PORT": str(port), "WEB_CONCURRENCY": str(WORKERS)}
    command = [sys.executable, "-m", "gunicorn", "--config", "rboard/gunicorn.py"]
    command += ["--log-level", "warning", f"{application}:application"]
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(
            command, cwd=folder, env=settings, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(port, child, log)
            yield Server(port, child.pid)
        finally:
            stop(child)


def wait_for(port: int, child: "subprocess.Popen[bytes]", log: Iterator[str]) -> None:
    """Wait until somebody listens. Raises Failed, with the end of the log, if nobody will."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    raise Failed(f"the server does not start:\n{end_of(log)}")


def end_of(log: object) -> str:
    log.seek(0)  # type: ignore[attr-defined]
    return "".join(list(log)[-15:])  # type: ignore[call-overload]


def stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
