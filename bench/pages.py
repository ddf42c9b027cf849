"""Pages as wrk loads them, and as they come."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median

from bench.serving import Failed, Server

CONNECTIONS = 8
WARM_UP = 2  # requests on each connection
SUMMARY = re.compile(
    r"50%\s+([\d.]+)(us|ms|s)\b.*?(\d+) requests in.*Requests/sec:\s+([\d.]+)", re.S
)
ENOUGH = 20  # answers, for a figure that says something
LONGER = 4
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
COMMENT = re.compile(rb'\bid="c\d+"')
STATIC = re.compile(rb'(?:src|href)="(/static/[^"#]+\.(?:js|css|svg|png|ico|woff2))[^"]*"')


@dataclass
class Load:
    """What came of a load: requests a second, and the median latency in seconds."""

    throughput: float
    latency: float

    @property
    def seconds(self) -> float:
        """What each request took of the whole server."""
        return 1 / self.throughput


@dataclass
class Page:
    """A page as one visitor gets it. Weights are in bytes, compressed and with its files."""

    size: int
    compressed: int
    comments: int
    weight: int
    requests: int


def find_wrk() -> str:
    found = shutil.which("wrk")
    if not found:
        raise Failed("wrk is not installed: it makes the load (on Debian: apt install wrk)")
    return found


def load(
    server: Server, path: str, seconds: int, cookie: str = "", connections: int = CONNECTIONS
) -> Load:
    """Load a page over connections that stay open, for some seconds; for longer if it is slow.

    Raises Failed unless all answers are good.
    """
    warm_up(server, path, cookie, connections)
    for longer, enough in ((1, ENOUGH), (LONGER, 1), (LONGER * LONGER, 1)):
        answers, found = wrk(server, path, seconds * longer, cookie, connections)
        if answers >= enough:
            return found
    raise Failed(f"{path} is not answered within {seconds * longer} s")


def wrk(server: Server, path: str, seconds: int, cookie: str, connections: int) -> tuple[int, Load]:
    """How many answers came, and how fast."""
    command = [find_wrk(), "--latency", "--timeout", "30s"]
    command += ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--header", f"Cookie: {cookie}"] if cookie else []
    said = subprocess.run(
        [*command, server.url(path)], capture_output=True, text=True, check=False
    ).stdout
    found = SUMMARY.search(said)
    if not found or "Non-2xx" in said or "Socket errors" in said:
        raise Failed(f"{path} can't be loaded:\n{said}")
    return int(found[3]), Load(float(found[4]), float(found[1]) * SECONDS[found[2]])


def merged(loads: list[Load]) -> Load:
    """The median of several."""
    return Load(median(x.throughput for x in loads), median(x.latency for x in loads))


def warm_up(
    server: Server,
    path: str,
    cookie: str = "",
    connections: int = CONNECTIONS,
    times: int = WARM_UP,
) -> None:
    """Ask some times over as many connections, so that each process has seen the page."""

    def visit(_number: int) -> None:
        link = server.connect()
        for _ in range(times):
            get(link, path, cookie)
        link.close()

    with ThreadPoolExecutor(connections) as visitors:
        list(visitors.map(visit, range(connections)))


def look(server: Server, path: str, cookie: str = "") -> Page:
    """The page and what it weighs for somebody who has nothing of it yet."""
    link = server.connect()
    page = get(link, path, cookie)
    compressed = len(get(link, path, cookie, "gzip"))
    files = sorted(set(STATIC.findall(page)))
    weights = [len(get(link, name.decode(), "", "gzip, br")) for name in files]
    link.close()
    return Page(
        size=len(page),
        compressed=compressed,
        comments=len(COMMENT.findall(page)),
        weight=compressed + sum(weights),
        requests=1 + len(files),
    )


def get(link: HTTPConnection, path: str, cookie: str = "", encoding: str = "") -> bytes:
    """The body of an answer 200. Raises Failed for any other."""
    headers = {"Cookie": cookie} if cookie else {}
    link.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in (headers | ({"Accept-Encoding": encoding} if encoding else {})).items():
        link.putheader(name, value)
    link.endheaders()
    response = link.getresponse()
    body = response.read()
    if response.status != 200:
        raise Failed(f"{path} is answered with {response.status}")
    return body
