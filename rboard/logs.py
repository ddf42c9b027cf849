"""What the lines of the logs look like: for people, or for machines as JSON."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

# Of the request that is being answered, or "".
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a terminal obeys, and line breaks: a visitor's words stay within one line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Text(logging.Formatter):
    """Date, level, logger, message and the id of the request; a traceback below."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = _CONTROL.sub(lambda sign: rf"\x{ord(sign[0]):02x}", super().formatMessage(record))
        number = request_id.get()
        return f"{line} [{number}]" if number else line


class Json(logging.Formatter):
    """One JSON object a line; what stands in the record's `fields` is put beside the rest."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id.get():
            line["request_id"] = number
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
