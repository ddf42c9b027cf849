"""Members who reply, each over a connection of its own, until they are told to stop."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event
from urllib.parse import urlencode
from uuid import uuid4

from bench.replies import CSRF, WRITTEN
from bench.serving import HOST

TIMEOUT = 60  # seconds
FAILED = 0  # the status of what was not answered at all


@dataclass(frozen=True)
class Answer:
    """How a reply was answered; `comment` is its id if it was taken."""

    sent: float  # by time.monotonic()
    seconds: float
    status: int
    comment: int | None


@dataclass
class Load:
    """What all writers were answered so far."""

    answers: list[Answer] = field(default_factory=list)

    def between(self, began: float, ended: float) -> list[Answer]:
        """Those that were under way at some time in between."""
        return [
            answer
            for answer in list(self.answers)
            if answer.sent + answer.seconds >= began and answer.sent <= ended
        ]

    @property
    def taken(self) -> list[int]:
        """The ids of all comments that were acknowledged."""
        return [answer.comment for answer in list(self.answers) if answer.comment is not None]

    @property
    def failed(self) -> list[Answer]:
        return [answer for answer in list(self.answers) if answer.comment is None]


class Writer:
    """One member."""

    def __init__(self, port: int, address: str, cookie: str, load: Load) -> None:
        self.port, self.address, self.load = port, address, load
        self.headers = {
            "Cookie": f"{cookie}; csrf={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.link = HTTPConnection(HOST, port, timeout=TIMEOUT)

    def until(self, stop: Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            self.load.answers.append(self.reply(f"Reply {number} to this thread."))

    def reply(self, text: str) -> Answer:
        form = urlencode({"csrfmiddlewaretoken": CSRF, "text": text, "once": str(uuid4())})
        sent = time.monotonic()
        status, place = self._ask(form)
        found = WRITTEN.search(place) if status == 302 else None
        return Answer(sent, time.monotonic() - sent, status, int(found[1]) if found else None)

    def _ask(self, form: str) -> tuple[int, str]:
        try:
            self.link.request("POST", self.address, form, self.headers)
            response = self.link.getresponse()
            response.read()
        except (OSError, HTTPException):
            self.link.close()
            return FAILED, ""
        return response.status, response.headers.get("Location") or ""


@contextmanager
def writing(port: int, scene: dict[str, list[str]]) -> Iterator[Load]:
    """Let all writers of a scene reply while the block runs; they have ended behind it."""
    load, stop = Load(), Event()
    pairs = list(zip(scene["addresses"], scene["cookies"], strict=True))
    with ThreadPoolExecutor(len(pairs)) as pool:
        writers: list[Future[None]] = [
            pool.submit(Writer(port, address, cookie, load).until, stop)
            for address, cookie in pairs
        ]
        try:
            yield load
        finally:
            stop.set()
    for writer in writers:
        writer.result()
