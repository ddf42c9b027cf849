"""Writers: small processes that send the form of a reply as a browser would."""

import json
import random
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.archive import Archive
from bench.serving import CSRF, HOST, ROOT, Failed, Server

ROOTS = 0.3
WARM_UP = 5
WRITTEN = re.compile(r"/c/(\d+)/")


@dataclass
class Job:
    """Who writes where: `parents` are comments to reply to, `roots` of all replies are to the post.

    A writer also answers what it wrote itself, unless `only` the parents given shall be answered.
    One that `reads` asks for the address instead: so the limit is measured by the same client.
    """

    port: int
    cookie: str
    address: str
    parents: list[int]
    count: int
    seed: int = 1
    roots: float = ROOTS
    only: bool = False
    reads: bool = False


@dataclass
class Written:
    """Seconds that each reply took, and when the first was sent and the last was answered."""

    latencies: list[float] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0

    @property
    def latency(self) -> float:
        return median(self.latencies)


def write(jobs: list[Job]) -> list[Written]:
    """Each job in a process of its own, all begun together. Raises Failed if a reply is refused."""
    command = [sys.executable, "-m", "bench.replies"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    writers = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in jobs]  # type: ignore[call-overload]
    try:
        for writer, job in zip(writers, jobs, strict=True):
            writer.stdin.write(json.dumps(asdict(job)) + "\n")
            writer.stdin.flush()
        for writer in writers:
            writer.stdout.readline()  # it has warmed up
        for writer in writers:
            writer.stdin.close()
        said = [writer.stdout.read() for writer in writers]
    finally:
        for writer in writers:
            writer.stdin.close()
            if writer.wait():
                raise Failed("a writer ended with an error (see above)")
    return [Written(**json.loads(line)) for line in said]


def throughput(written: list[Written]) -> float:
    """Replies a second of all writers together, from the first sent to the last answered."""
    seconds = max(each.ended for each in written) - min(each.began for each in written)
    return sum(len(each.latencies) for each in written) / seconds


def job(server: Server, target: dict[str, Any], cookie: str, count: int, **more: Any) -> Job:
    return Job(server.port, cookie, target["address"], target["parents"], count, **more)


class Writer:
    """Sends replies over one connection."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.dice = random.Random(job.seed)
        self.texts = [unescape(Archive(job.seed, 0, 0).text()) for _ in range(50)]
        self.parents = list(job.parents)
        self.link = HTTPConnection(HOST, job.port, timeout=60)
        self.headers = {
            "Cookie": job.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def form(self) -> str:
        fields = {"csrfmiddlewaretoken": CSRF, "text": self.dice.choice(self.texts)}
        fields["once"] = str(uuid4())
        if self.parents and self.dice.random() >= self.job.roots:
            fields["parent"] = str(self.dice.choice(self.parents))
        return urlencode(fields)

    def send(self) -> float:
        """Send one reply; the seconds until it was answered."""
        if self.job.reads:
            return self._ask("GET", None, 200)[0]
        seconds, response = self._ask("POST", self.form(), 302)
        written = WRITTEN.search(response.headers["Location"])
        if written and not self.job.only:
            self.parents.append(int(written[1]))
        return seconds

    def _ask(self, method: str, form: str | None, good: int) -> tuple[float, HTTPResponse]:
        """The seconds that an answer took, and the answer. Raises Failed if it is not `good`."""
        began = time.perf_counter()
        self.link.request(method, self.job.address, form, self.headers)
        response = self.link.getresponse()
        body = response.read()
        seconds = time.perf_counter() - began
        if response.status != good:
            raise Failed(f"{self.job.address} is answered with {response.status}: {body[:500]!r}")
        return seconds, response


def main() -> int:
    """One writer: a job comes in on a line; it starts when its input is closed."""
    job = Job(**json.loads(sys.stdin.readline()))
    writer = Writer(job)
    for _ in range(WARM_UP):
        writer.send()
    print("ready", flush=True)
    sys.stdin.read()
    written = Written(began=time.monotonic())
    written.latencies = [writer.send() for _ in range(job.count)]
    written.ended = time.monotonic()
    print(json.dumps(asdict(written)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
