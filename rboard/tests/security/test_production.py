"""A site with https: its cookies, its headers, and what Django's own check says of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rboard.tests.security.headers import lacking

pytestmark = pytest.mark.one_database


def environment(folder: Path, **more: str) -> dict[str, str]:
    """That of a site with https, and nothing of this one's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "PUBLIC_URL": "https://board.example",
        "SECRET_KEY": "kC4-o7wVQ2vKx9bG5s_eYtH1mJzR8dLpNfUaXiTq3hEw6yBj0Zg",
        "STATIC_ROOT": str(folder / "static"),
        **more,
    }


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_django_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("System check identified no issues")


def test_a_site_with_https_is_safe(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "rboard.tests.security.production")
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    every_answer_binds_browsers_to_https(answers)
    http_leads_to_https(answers["insecure"])
    cookies_are_of_this_host_alone(answers)
    assert answers["signed in"]["status"] == 302
    assert answers["front"]["status"] == 200
    for name in ("no token", "http origin", "foreign referer"):
        assert answers[name]["status"] == 403, name
    assert answers["foreign host"]["status"] == 400
    assert answers["forwarded host"]["status"] == 200
    assert "evil.example" not in str(answers["forwarded host"])
    assert answers["static"]["status"] == 200
    assert answers["no static"]["status"] == 404


def every_answer_binds_browsers_to_https(answers: dict[str, Any]) -> None:
    for name, answer in answers.items():
        if name == "insecure":
            continue
        value = answer["headers"].get("Strict-Transport-Security", "")
        seconds = int(value.partition("max-age=")[2].partition(";")[0] or 0)
        assert seconds >= 31_536_000, name
        assert "includeSubDomains" in value, name
        assert lacking(answer["headers"]) == [], name


def http_leads_to_https(answer: dict[str, Any]) -> None:
    assert answer["status"] == 301
    assert answer["headers"]["Location"] == "https://board.example/boards/?q=x"
    assert not answer["cookies"]


def cookies_are_of_this_host_alone(answers: dict[str, Any]) -> None:
    """Case 20."""
    made = {
        name: cookie
        for answer in answers.values()
        for name, cookie in answer["cookies"].items()
        if cookie["max-age"] != 0  # else it is taken back
    }
    assert {"__Host-session", "__Host-csrf"} <= made.keys()
    assert "__Host-session" in answers["signed in"]["cookies"]
    for name, cookie in made.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert not cookie["domain"], name
        assert cookie["path"] == "/", name


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", ""),
        ("PUBLIC_URL", "board.example"),
        ("PUBLIC_URL", "https://board.example/path"),
        ("DATABASE_URL", "mysql://x"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_wrong_setting_stops_the_start(variable: str, value: str, tmp_path: Path) -> None:
    """In one line that names the variable, and without its neighbours' values."""
    done = run(tmp_path, "manage.py", "check", **{variable: value})
    assert done.returncode != 0
    assert variable in done.stderr
    assert "kC4-o7wVQ2vKx9bG5s" not in done.stderr
