"""Members who reply and visitors who read, until they are told to stop."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event
from urllib.parse import urlencode
from uuid import uuid4

from bench.replies import WRITTEN
from bench.serving import CSRF, HOST

TIMEOUT = 60  # seconds
FAILED = 0  # the status of what was not answered at all
PATIENCE = 30  # seconds for which a reply that failed is sent again
PAUSE = 0.1  # seconds before that
SIGNED_IN = b"/logout/"


@dataclass(frozen=True)
class Answer:
    """How a request was answered; `comment` is the id of a reply that was taken."""

    sent: float  # by time.monotonic()
    seconds: float
    status: int
    good: bool
    comment: int | None = None
    address: str = ""


@dataclass
class Load:
    """What all were answered so far."""

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
        return [answer for answer in list(self.answers) if not answer.good]

    def statuses(self) -> dict[str, int]:
        """How often what failed was answered with which status."""
        found = [answer.status for answer in self.failed]
        return {str(status or "none"): found.count(status) for status in sorted(set(found))}


class Visitor:
    """Asks one of the servers on `ports`, which may change meanwhile."""

    def __init__(self, ports: list[int], cookie: str, load: Load) -> None:
        self.ports, self.load = ports, load
        self.headers = {"Cookie": cookie} if cookie else {}
        self.link = HTTPConnection(HOST, ports[0], timeout=TIMEOUT)

    def ask(self, method: str, path: str, form: str | None = None) -> tuple[int, str, bytes]:
        """The status, where it leads to, and what it says."""
        port = random.choice(tuple(self.ports))
        if port != self.link.port:
            self.link.close()
            self.link = HTTPConnection(HOST, port, timeout=TIMEOUT)
        try:
            self.link.request(method, path, form, self.headers)
            response = self.link.getresponse()
            body = response.read()
        except (OSError, HTTPException):
            self.link.close()
            return FAILED, "", b""
        return response.status, response.headers.get("Location") or "", body


class Writer(Visitor):
    """A member. A reply that fails is sent again as it was, as people do."""

    def __init__(self, ports: list[int], address: str, cookie: str, load: Load) -> None:
        super().__init__(ports, f"{cookie}; csrf={CSRF}", load)
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.address = address

    def until(self, stop: Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            self.insist(f"Reply {number} to this thread.")

    def insist(self, text: str) -> None:
        form = urlencode({"csrfmiddlewaretoken": CSRF, "text": text, "once": str(uuid4())})
        until = time.monotonic() + PATIENCE
        while not self.reply(form).good and time.monotonic() < until:
            time.sleep(PAUSE)

    def reply(self, form: str) -> Answer:
        sent = time.monotonic()
        status, place, _body = self.ask("POST", self.address, form)
        found = WRITTEN.search(place) if status == 302 else None
        comment = int(found[1]) if found else None
        answer = Answer(sent, time.monotonic() - sent, status, bool(found), comment, self.address)
        self.load.answers.append(answer)
        return answer


class Racer(Writer):
    """A member who sends no reply twice, since some come too late."""

    def insist(self, text: str) -> None:
        form = urlencode({"csrfmiddlewaretoken": CSRF, "text": text, "once": str(uuid4())})
        if not self.reply(form).good:
            time.sleep(PAUSE)


class Reader(Visitor):
    """Reads pages, one after the other; with a cookie it must be known as a member."""

    def __init__(self, ports: list[int], pages: Sequence[str], cookie: str, load: Load) -> None:
        super().__init__(ports, cookie, load)
        self.pages, self.is_member = pages, bool(cookie)

    def until(self, stop: Event) -> None:
        while not stop.is_set():
            for page in self.pages:
                self.read(page)

    def read(self, page: str) -> None:
        sent = time.monotonic()
        status, _place, body = self.ask("GET", page)
        good = status == 200 and (SIGNED_IN in body) == self.is_member
        self.load.answers.append(Answer(sent, time.monotonic() - sent, status, good))
        if not good:
            time.sleep(PAUSE)


@contextmanager
def writing(
    ports: list[int], scene: dict[str, list[str]], kind: type[Writer] = Writer
) -> Iterator[Load]:
    """Let all writers of a scene reply while the block runs; they have ended behind it."""
    load = Load()
    pairs = zip(scene["addresses"], scene["cookies"], strict=True)
    writers = [kind(ports, address, cookie, load).until for address, cookie in pairs]
    with _running(writers):
        yield load


@contextmanager
def reading(ports: list[int], pages: Sequence[str], *cookies: str) -> Iterator[Load]:
    """Let somebody with each cookie read, a guest with an empty one, while the block runs."""
    load = Load()
    with _running([Reader(ports, pages, cookie, load).until for cookie in cookies]):
        yield load


@contextmanager
def _running(visitors: Sequence[Callable[[Event], None]]) -> Iterator[None]:
    stop = Event()
    with ThreadPoolExecutor(len(visitors)) as pool:
        running: list[Future[None]] = [pool.submit(visitor, stop) for visitor in visitors]
        try:
            yield
        finally:
            stop.set()
    for visitor in running:
        visitor.result()
