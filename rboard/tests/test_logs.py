"""The lines of the logs, and the id that they share with the answer."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.links import sign_in_address
from accounts.models import Member
from rboard.logs import Json, Text
from rboard.requests import access_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(settings: Settings) -> Iterator[StringIO]:
    """The access log as JSON."""
    settings.ACCESS_LOG = "-"
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(Json())
    access_log.addHandler(handler)
    access_log.setLevel("INFO")
    yield handler.stream
    access_log.removeHandler(handler)


def last(lines: StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def test_a_request_leaves_one_line(lines: StringIO) -> None:
    answer = Client().get("/boards/?q=a+secret")
    line = last(lines)
    assert (line["method"], line["path"], line["view"]) == ("GET", "/boards/", "boards:directory")
    assert (line["status"], line["client"]) == (200, "127.0.0.1")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in lines.getvalue()


def test_a_proxys_id_is_kept_if_it_is_one(lines: StringIO) -> None:
    assert Client().get("/boards/", headers={"X-Request-ID": "a-1"})["X-Request-ID"] == "a-1"
    for odd in ("", "a b", "x" * 65, 'a"b'):
        assert Client().get("/boards/", headers={"X-Request-ID": odd})["X-Request-ID"] != odd


def test_a_link_that_signs_in_is_not_in_the_log(lines: StringIO) -> None:
    address = sign_in_address(Member.objects.create_user("ann", "a long password"))
    token = address.rstrip("/").rpartition("/")[2]
    for told, headers in (
        (address, {}),
        (address.replace("password-reset", "PASSWORD-RESET"), {}),
        (address.replace("/password-reset/", "/Password-Reset//"), {}),
        (address.rstrip("/"), {}),
        (address.rstrip("/") + ">", {}),
        (address, {"Host": "evil.example"}),
    ):
        Client(headers=headers).get(told)
        assert "/password-reset/" in last(lines)["path"].lower()
        assert token not in lines.getvalue()


@pytest.mark.parametrize("formatter", [Text(), Json()])
def test_a_visitors_words_stay_in_one_line(formatter: logging.Formatter) -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "", 1, "got %s", ("a\nFAKE\x1b[31m\u2028b",), None
    )
    said = formatter.format(record)
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


def test_a_traceback_is_told() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    assert json.loads(Json().format(record))["exception"].endswith("ValueError: broken")
    assert Text().format(record).endswith("ValueError: broken")


def test_a_visitors_words_in_a_traceback_make_no_line_of_the_log() -> None:
    try:
        raise ValueError("broken\n2026-11-23 INFO accounts FAKE\x1b[31m /password-reset/MQ/a-key/")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    first, *others = Text().format(record).splitlines()
    assert "failed" in first
    assert all(line.startswith("    ") for line in others)
    for said in (Text().format(record), Json().format(record)):
        assert "\x1b" not in said
        assert "a-key" not in said


@pytest.mark.parametrize("formatter", [Text(), Json()])
def test_a_request_of_too_many_fields_is_one_line(formatter: logging.Formatter) -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    for told in _console().filters:
        handler.addFilter(told)
    logger = logging.getLogger("django.security")
    logger.addHandler(handler)
    try:
        assert Client().get("/", {f"f{n}": "x" for n in range(1_001)}).status_code == 400
    finally:
        logger.removeHandler(handler)
    [line] = stream.getvalue().splitlines()
    assert "DATA_UPLOAD_MAX_NUMBER_FIELDS" in line
    assert "Traceback" not in line


def _console() -> logging.Handler:
    """The one handler of the settings through which all but the access log goes."""
    [found] = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler) is logging.StreamHandler and isinstance(handler.formatter, Text | Json)
    ]
    return found
