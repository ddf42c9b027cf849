"""What `bin/run` takes from where, with a Python that only tells what it would serve."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rboard.tests.browser.site import ROOT

KEY = "kC4-o7wVQ2vKx9bG5s_eYtH1mJzR8dLpNfUaXiTq3hEw6yBj0Zg"
SERVED = "from rboard.settings import PUBLIC_URL; print('Served', PUBLIC_URL)"
PYTHON = f"""#!/bin/sh
case "$1 $2" in
    "manage.py prepare") ;;
    "-m gunicorn") exec {shlex.join([sys.executable, "-c", SERVED])} ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of the project whose virtual environment is made already."""
    (tmp_path / "bin").mkdir()
    for name in ("run", "lib.sh", "settings.sh"):
        shutil.copy(ROOT / "bin" / name, tmp_path / "bin")
    (tmp_path / "rboard").symlink_to(ROOT / "rboard")
    (tmp_path / "requirements.txt").write_text("")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o700)
    total = subprocess.check_output(["cksum"], stdin=subprocess.DEVNULL, text=True)
    (tmp_path / ".venv/requirements.txt.installed").write_text(total)
    return tmp_path


def run(place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [place / "bin/run"],
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


def test_the_address_is_that_of_the_file_of_settings(place: Path) -> None:
    file = place / "site.env"
    file.write_text(f"SECRET_KEY={KEY}\nexport PUBLIC_URL=https://board.example\n")
    done = run(place, ENV_FILE=str(file), PORT=free_port())
    opened, served = done.stdout.splitlines()
    assert opened.startswith("Open https://board.example/ ")
    assert served == "Served https://board.example"
    assert not (place / "data/rboard.env").exists()


def test_without_an_address_it_is_the_port(place: Path) -> None:
    port = free_port()
    done = run(place, ENV_FILE="", SECRET_KEY=KEY, PORT=port)
    opened, served = done.stdout.splitlines()
    assert opened.startswith(f"Open http://localhost:{port}/ ")
    assert served == f"Served http://localhost:{port}"


def test_a_secret_is_made_where_it_is_read(place: Path) -> None:
    run(place, PORT=free_port())
    assert (place / "data/rboard.env").read_text().startswith("SECRET_KEY=")
    (place / "data/rboard.env").unlink()
    assert "SECRET_KEY is not set" in run(place, ENV_FILE="", PORT=free_port()).stderr
    assert not (place / "data/rboard.env").exists()
