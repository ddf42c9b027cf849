"""Drill 15: 200 slow clients, half slow to send and half slow to read: others don't notice.

The server stands behind nginx, which takes a request and an answer whole before it passes them on,
and answers one request after the other in each process, as the chart has it behind an ingress.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from bench.serving import CSRF, HOST, Failed, free_port
from drills.lost import lost
from drills.result import Result, main, percentile
from drills.site import fresh, wait_until_ready
from drills.writers import Load, reading, writing

SLOW = 200
WRITERS = 2
SECONDS = 12.0
P95_SECONDS = 0.5
BODY = 50_000  # bytes that a slow sender announces
PAUSE = 0.5  # seconds between two bites
BITE = 200  # bytes
BUFFER = 4096  # bytes that wait unread
SETTLE_SECONDS = 2.0  # until all have come

NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log crit; worker_processes 1;
events {{ worker_connections 2000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {host}:{port};
        location / {{
            proxy_pass http://{host}:{to};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""


@contextmanager
def nginx(to: int) -> Iterator[int]:
    """A proxy as Debian has it, before a server on port `to`; its own port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise Failed("no nginx (on Debian: apt install nginx-light)")
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # its worker is another user
        written = folder / "nginx.conf"
        written.write_text(NGINX.format(folder=folder, host=HOST, port=port, to=to))
        command = [program, "-c", str(written), "-e", str(folder / "error.log")]
        child = subprocess.Popen(command, start_new_session=True)
        try:
            wait_until_ready(port)
            yield port
        finally:
            child.terminate()
            child.wait()


class Crowd(Thread):
    """Slow clients of a server, in a thread of their own, until they are told to stop."""

    def __init__(self, port: int, page: str, form: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie = port, cookie
        self.page, self.form = page, form
        self.waiting = 0  # how many are connected and not done
        self.over = False

    def run(self) -> None:
        asyncio.run(self._all())

    def stop(self) -> None:
        self.over = True
        self.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._stay(n) for n in range(SLOW)))

    async def _stay(self, number: int) -> None:
        """Come again if it was hung up."""
        while not self.over:
            await asyncio.sleep(PAUSE * number / SLOW)
            with suppress(OSError):
                await self._visit(is_sender=number % 2 == 0)

    async def _visit(self, is_sender: bool) -> None:
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        link.setblocking(False)
        await asyncio.get_running_loop().sock_connect(link, (HOST, self.port))
        reader, writer = await asyncio.open_connection(sock=link, limit=BUFFER)
        self.waiting += 1
        try:
            writer.write(self._head(is_sender).encode())
            while not self.over:
                if is_sender:
                    writer.write(b"x" * BITE)
                    await writer.drain()
                elif not await reader.read(BITE):
                    return
                await asyncio.sleep(PAUSE)
        finally:
            self.waiting -= 1
            writer.transport.abort()

    def _head(self, is_sender: bool) -> str:
        if not is_sender:
            return f"GET {self.page} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {self.cookie}\r\n\r\n"
        return (
            f"POST {self.form} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {self.cookie}; csrf={CSRF}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {BODY}\r\n\r\n"
        )


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(WRITERS)
    earlier = site.comments()
    page, member = scene["threads"][0], scene["cookies"][0]
    with (
        site.serving() as server,
        nginx(server.port) as port,
        writing([port], scene) as writes,
        reading([port], ["/", page], member, "") as reads,
    ):
        began = time.monotonic()
        time.sleep(seconds / 2)
        calm = _times(began, writes, reads)
        crowd = Crowd(port, page, scene["addresses"][0], member)
        crowd.start()
        time.sleep(SETTLE_SECONDS)
        began = time.monotonic()
        time.sleep(seconds)
        busy, waiting = _times(began, writes, reads), crowd.waiting
        crowd.stop()
    faults = lost(site, writes, earlier)
    return _result(calm, busy, waiting, [writes, reads], faults)


def _times(began: float, *loads: Load) -> list[float]:
    """The seconds of each answer since."""
    return [each.seconds for load in loads for each in load.between(began, time.monotonic())]


def _result(
    calm: list[float], busy: list[float], waiting: int, loads: list[Load], faults: list[str]
) -> Result:
    p95 = percentile(busy, 0.95)
    failed = sum(len(load.failed) for load in loads)
    if p95 > P95_SECONDS:
        faults.append(f"p95 is {p95 * 1000:.0f} ms")
    if failed:
        faults.append(f"{failed} requests of others failed")
    if waiting < SLOW * 0.9:
        faults.append(f"only {waiting} slow clients were connected")
    figures = {
        "slow_clients": waiting,
        "requests": len(busy),
        "failed": failed,
        "p95_ms": round(p95 * 1000),
        "p95_ms_without": round(percentile(calm, 0.95) * 1000),
    }
    told = (
        f"With {waiting} slow clients behind nginx, half slow to send and half slow to read, the "
        f"p95 of {len(busy):,} other requests was {figures['p95_ms']} ms, "
        f"{figures['p95_ms_without']} ms without them"
    )
    return Result(15, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
