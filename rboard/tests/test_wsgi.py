"""The application as gunicorn calls it."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from gunicorn.config import Config

from rboard.wsgi import application


def status_for(content_type: str) -> int:
    body = b"username=x"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/login/",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    answers: list[str] = []

    def start_response(status: str, headers: list[Any], error: Any = None) -> None:
        answers.append(status)

    b"".join(application(environ, start_response))
    return int(answers[0].split()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=rot13",
        "application/x-www-form-urlencoded; charset=base64",
        "application/x-www-form-urlencoded; charset*=bogus''x",
        "application/x-www-form-urlencoded; charset=raw_unicode_escape",
        "application/x-www-form-urlencoded; charset=idna",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
def test_it_refuses_other_encodings(content_type: str) -> None:
    assert status_for(content_type) == 415


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_it_takes_utf8(charset: str) -> None:
    # 403: the form has no token.
    assert status_for(f"application/x-www-form-urlencoded{charset}") == 403


def test_no_header_mounts_the_site_elsewhere() -> None:
    """Addresses are kept in each process: one header would be in everybody's links."""
    config = Config()
    source = Path(settings.BASE_DIR, "rboard", "gunicorn.py").read_text()
    exec(compile(source, "gunicorn.py", "exec"), names := {})  # noqa: S102
    config.set("forwarder_headers", names["forwarder_headers"])
    assert config.forwarder_headers == [] or config.forwarder_headers == [""]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "board.example"),
        ("PORT", "99999"),
        ("HOST", "http://127.0.0.1"),
        ("HOST", "127.0.0.1:80"),
        ("HOST", "256.0.0.1"),
        ("WEB_THREADS", "0"),
    ],
)
def test_what_is_not_configured_is_told_in_one_line(name: str, value: str) -> None:
    environment = os.environ | {"PUBLIC_URL": "http://localhost", "PORT": "1", name: value}
    command = [sys.executable, "-m", "gunicorn", "--config", "rboard/gunicorn.py", "rboard.wsgi"]
    answer = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"rboard: {name} must")
    assert answer.stderr.count("\n") == 1


@pytest.mark.django_db
def test_head_is_answered_without_a_body() -> None:
    environ: dict[str, Any] = {"REQUEST_METHOD": "HEAD", "HTTP_HOST": "testserver"}
    setup_testing_defaults(environ)
    for path in ("/", "/login/", "/nowhere/"):
        sent = b"".join(application(environ | {"PATH_INFO": path}, lambda *_: None))
        assert sent == b""


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_the_library_of_redis_is_loaded_where_it_is_used(url: str) -> None:
    """It takes as much memory as all of our own code."""
    told = "import sys, rboard.wsgi; print('redis' in sys.modules)"
    environment = os.environ | {"REDIS_URL": url}
    answer = subprocess.check_output([sys.executable, "-c", told], env=environment, text=True)
    assert answer.strip() == str(bool(url))


def test_all_that_pages_need_is_loaded_before_processes_part() -> None:
    """What each process loads by itself with its first page, it has for itself alone."""
    told = "import sys, rboard.wsgi; print('moderation.views.content' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", told], text=True).strip() == "True"
