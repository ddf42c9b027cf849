"""A whole site for a browser: a database of its own, static files, and gunicorn on a free port."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[3]
STATIC_ROOT = ROOT / "build" / "browser-static"
# Settings of whoever starts the tests that must not reach the site.
FOREIGN = ("ALLOWED_HOSTS", "DEBUG", "SECRET_KEY_FILE", "DATABASE_URL_FILE", "EMAIL_URL")
FOREIGN += (
    "HOST",
    "WEB_THREADS",
    "ACCESS_LOG",
    "LOG_FORMAT",
    "METRICS_ALLOW",
    "TRUSTED_PROXIES",
    "SITE_NAME",
    "GUNICORN_CMD_ARGS",
    "DATABASE_REPLICA_URL",
    "UPLOADS_URL_FILE",
)
START_SECONDS = 30


@dataclass
class Site:
    """A site that runs. `addresses` names its pages, see scenery.py."""

    url: str
    log: Path
    addresses: dict[str, str] = field(default_factory=dict)

    def log_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")


@contextmanager
def running_site(database: Mapping[str, Any], folder: Path, scenery: str = "all") -> Iterator[Site]:
    """A site with a scenery, on a fresh database of the same kind as `database`.

    `scenery` is "all", "members" to have nothing there but the samples and who can sign in, or
    "huge" for a huge thread, and no samples.
    `folder` takes its log and an SQLite file. The static files are kept in STATIC_ROOT for the
    next time: to collect and compress them takes longer than all the rest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "site.log"
    with fresh_database(database, folder) as url:
        environment = clean_environment() | {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "STATIC_ROOT": str(STATIC_ROOT),
            "DJANGO_SETTINGS_MODULE": "rboard.settings",
            "ENV_FILE": os.devnull,
            "WEB_CONCURRENCY": "2",
            "WEB_THREADS": "8",  # Chromium opens connections ahead of need
        }
        making = start(
            ["-m", "rboard.tests.browser.scenery", scenery], environment, subprocess.PIPE
        )
        try:
            collect_static(environment)
        finally:
            output, _ = making.communicate()
        if making.returncode:
            raise RuntimeError(f"the scenery could not be made:\n{output.decode()}")
        with log.open("wb") as file, serving(environment, file) as address:
            yield Site(address, log, json.loads(output.splitlines()[-1]))


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def start(arguments: list[str], environment: dict[str, str], output: Any) -> subprocess.Popen:
    """Start Python; what it says, errors too, goes to `output`."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def collect_static(environment: dict[str, str]) -> None:
    """Collect the static files as bin/run does, in one process at a time: only if they changed."""
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    code = "import django; django.setup(); from rboard.management.commands import prepare; "
    with (STATIC_ROOT / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        run = ["-c", f"{code} prepare.Command().collect_static()"]
        collecting = start(run, environment, subprocess.PIPE)
        output, _ = collecting.communicate()
    if collecting.returncode:
        raise RuntimeError(f"the static files could not be collected:\n{output.decode()}")


@contextmanager
def fresh_database(like: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """The URL of an empty database of the kind that Django's settings `like` describe."""
    if like["ENGINE"].endswith("sqlite3"):
        file = folder / "site.sqlite3"
        file.unlink(missing_ok=True)
        yield f"sqlite:///{file}"
        return
    name = f"rboard_browser_{secrets.token_hex(6)}"
    account = f"{quote(like['USER'], safe='')}:{quote(like['PASSWORD'], safe='')}"
    server = f"postgresql://{account}@{like['HOST']}:{like['PORT'] or 5432}"
    administer(f"{server}/postgres", sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{server}/{name}"
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        administer(f"{server}/postgres", drop)


def administer(url: str, statement: sql.Composable) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True  # databases are not made in transactions
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@contextmanager
def serving(environment: dict[str, str], log: Any) -> Iterator[str]:
    """The address of gunicorn, started as bin/run starts it, and stopped with the block."""
    for _attempt in range(5):  # another program may take the port in between
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        server = start(
            ["-m", "gunicorn", "--config", "rboard/gunicorn.py", "rboard.wsgi:application"],
            environment | {"HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": address},
            log,
        )
        try:
            if answers(address, server):
                yield address
                return
        finally:
            server.terminate()
            server.wait(timeout=30)
    raise RuntimeError(f"the site does not start:\n{Path(log.name).read_text(errors='replace')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str, server: subprocess.Popen) -> bool:
    """Wait until the site answers, whatever it says; False if it ended before."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=START_SECONDS):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
    return False
