"""What the lines of the logs look like: for people, or for machines as JSON."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation

# Of the request that is being answered, or "".
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a terminal obeys, and line breaks: a visitor's words stay within one line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The link of a lost password lets in whoever has it, also where a mail program has spoilt it.
_KEY = re.compile(r"(/password-reset/+[^/\s]+/+)[^/\s]+", re.IGNORECASE)


def without_keys(words: str) -> str:
    """The same without what lets its reader in."""
    return _KEY.sub(r"\1***", words)


def _one_line(words: str) -> str:
    return _CONTROL.sub(lambda sign: rf"\x{ord(sign[0]):02x}", words)


class Text(logging.Formatter):
    """Date, level, logger, message and the id of the request; a traceback below, set in.

    No line of a traceback begins as one of the log does, whatever a visitor's words in it are.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = without_keys(_one_line(super().formatMessage(record)))
        number = request_id.get()
        return f"{line} [{number}]" if number else line

    def formatException(self, info: Any) -> str:
        return _set_in(super().formatException(info))

    def formatStack(self, stack: str) -> str:
        return _set_in(super().formatStack(stack))


def _set_in(lines: str) -> str:
    return "\n".join(f"    {without_keys(_one_line(line))}" for line in lines.split("\n"))


class RefusedInOneLine(logging.Filter):
    """A request that Django refuses (too many fields, a foreign Host) is no fault to be traced."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], SuspiciousOperation):
            record.exc_info = record.exc_text = None
        return True


class Json(logging.Formatter):
    """One JSON object a line; what stands in the record's `fields` is put beside the rest."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_keys(record.getMessage()),
        }
        if number := request_id.get():
            line["request_id"] = number
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = without_keys(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def configuration(form: str, level: str, access_log: str) -> dict[str, Any]:
    """Django's LOGGING: all on the console, requests where `access_log` says ("" or "-": there)."""
    access = (
        {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
        if access_log in {"", "-"}
        else {"class": "logging.handlers.WatchedFileHandler", "filename": access_log}
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": "rboard.logs.Text"}, "json": {"()": "rboard.logs.Json"}},
        "filters": {"refused": {"()": "rboard.logs.RefusedInOneLine"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["refused"],
            },
            "access": {"formatter": form} | access,
        },
        "loggers": {
            # What visitors ask for in vain is in the access log; here is what broke.
            "django.request": {"level": "ERROR"},
            # It names each name that was tried, and people type passwords there.
            "axes": {"level": "CRITICAL"},
            "rboard.access": {"handlers": ["access"], "propagate": False},
        },
        "root": {"handlers": ["console"], "level": level},
    }
