"""The application as gunicorn calls it."""

from typing import Any

import pytest
from django.test import RequestFactory

from rboard.wsgi import application


def status_for(content_type: str) -> int:
    environ = RequestFactory().post("/login/", b"username=x", content_type=content_type).environ
    answers: list[str] = []

    def start_response(status: str, headers: list[Any], error: Any = None) -> None:
        answers.append(status)

    b"".join(application(environ, start_response))
    return int(answers[0].split()[0])


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
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF8"])
def test_it_takes_utf8(charset: str) -> None:
    # 403: the form has no token.
    assert status_for(f"application/x-www-form-urlencoded{charset}") == 403
