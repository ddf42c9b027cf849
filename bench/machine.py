"""What it was measured on."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg2

from bench.serving import ROOT, WORKERS

TOLD = "shared_buffers fsync synchronous_commit full_page_writes work_mem".split()


def describe(database: str) -> list[str]:
    """Lines about the machine, the programs and their settings."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("Django", "gunicorn", "psycopg2-binary")
    )
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}",
        f"{processor()}, {os.cpu_count()} cores, {memory():.0f} GB; {platform.platform()}",
        f"Python {platform.python_version()}, {packages}; {postgresql(database)}",
        f"gunicorn with rboard/gunicorn.py and {WORKERS} processes; wrk on the same machine",
    ]


def load_average() -> float:
    """Runnable processes over the last minute: others besides us make the figures worse."""
    return os.getloadavg()[0]


def commit() -> str:
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    said = subprocess.run(
        [*git, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory() -> float:
    """GB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def postgresql(database: str) -> str:
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        found = [f"PostgreSQL {cursor.fetchone()[0].split()[0]}"]  # type: ignore[index]
        for name in TOLD:
            cursor.execute(f"SHOW {name}")
            found.append(f"{name} {cursor.fetchone()[0]}")  # type: ignore[index]
    return ", ".join(found)
