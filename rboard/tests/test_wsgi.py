"""The application as gunicorn calls it."""

from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

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
