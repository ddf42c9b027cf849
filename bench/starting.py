"""How long the second `bin/run` in a folder takes to its first answer."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

from bench.serving import FOREIGN, HOST, ROOT, Failed, free_port

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "build", "staticfiles", "__pycache__", ".*_cache"
)
LONGEST = 180  # seconds
OWN = {*FOREIGN, "SECRET_KEY", "DATABASE_URL", "SAMPLES", "STATIC_ROOT", "HOST", "WEB_CONCURRENCY"}


def second_start() -> float:
    """Seconds, in a copy of this folder; it borrows the virtual environment."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "rboard"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        (copy / ".venv").symlink_to((ROOT / ".venv").resolve())
        start(copy)
        return start(copy)


def start(folder: Path) -> float:
    """Seconds from the start of bin/run to its first answer; it is stopped again."""
    port = free_port()
    settings = {name: value for name, value in os.environ.items() if name not in OWN}
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(
            [str(folder / "bin" / "run")],
            cwd=folder,
            env=settings | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while not _answers(port):
                if child.poll() is not None or time.monotonic() > began + LONGEST:
                    log.seek(0)
                    raise Failed(f"bin/run does not answer:\n{log.read()}")
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            _interrupt(child)


def _answers(port: int) -> bool:
    link = HTTPConnection(HOST, port, timeout=30)
    try:
        link.request("GET", "/")
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


def _interrupt(child: "subprocess.Popen[bytes]") -> None:
    """As Ctrl+C does: an interrupt to all its processes."""
    try:
        os.killpg(child.pid, signal.SIGINT)
    except ProcessLookupError:
        return
    child.wait()
