"""The server: whom it answers while it stops, and who holds up nobody."""

import fcntl
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TextIO

import pytest
from django.conf import settings

from rboard.workers import everyone_in_line

# Answers once nobody else has the file locked.
APPLICATION = """
import fcntl, os
def application(environ, start_response):
    with open(os.environ["GATE"]) as gate:
        fcntl.flock(gate, fcntl.LOCK_SH)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answer"]
"""


class Server:
    """A gunicorn of one process with rboard's configuration, and its gate."""

    def __init__(self, child: "subprocess.Popen[str]", gate: TextIO, port: int) -> None:
        self.child, self.gate, self.port = child, gate, port
        self.worker = int(self.logged(r"Booting worker with pid: (\d+)"))

    def logged(self, pattern: str) -> str:
        assert self.child.stderr
        for line in self.child.stderr:
            if found := re.search(pattern, line):
                return found[found.re.groups]
        raise AssertionError(f"no {pattern} in its log")

    def ask(self) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/")
        return connection

    def stop(self) -> None:
        """Come back when master and worker know that they are to stop."""
        self.child.terminate()
        self.logged("Handling signal: term")
        os.kill(self.worker, signal.SIGTERM)

    def open_gate(self) -> None:
        fcntl.flock(self.gate, fcntl.LOCK_UN)


@contextmanager
def serving(folder: Path, threads: int) -> Iterator[Server]:
    (folder / "gated.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "GATE": str(folder / "gate"),
        "PYTHONPATH": f"{folder}:{settings.BASE_DIR}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": str(threads),
    }
    config = Path(settings.BASE_DIR, "rboard", "gunicorn.py")
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "gated:application"]
    with (folder / "gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as child:
            try:
                yield Server(child, gate, port)
            finally:
                fcntl.flock(gate, fcntl.LOCK_UN)
                child.kill()


@pytest.mark.parametrize("threads", [1, 2])
def test_who_stands_in_line_is_answered(tmp_path: Path, threads: int) -> None:
    with serving(tmp_path, threads) as server:
        asked = [server.ask() for _ in range(6)]
        server.stop()
        server.open_gate()
        assert [each.getresponse().read() for each in asked] == [b"answer"] * 6
        assert server.child.wait(30) == 0


def is_listening(port: int) -> bool:
    """Whether the kernel puts visitors of a port in line."""
    return f":{port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")
def test_nobody_is_let_into_a_line_that_nobody_looks_at(tmp_path: Path) -> None:
    with serving(tmp_path, 2) as server:
        asked = server.ask()
        assert is_listening(server.port)
        server.stop()
        until = time.monotonic() + 20
        while is_listening(server.port) and time.monotonic() < until:
            pass
        with pytest.raises(ConnectionRefusedError):
            server.ask()
        server.open_gate()
        assert asked.getresponse().read() == b"answer"
        assert server.child.wait(30) == 0


@contextmanager
def few_files(count: int) -> Iterator[None]:
    """For processes begun meanwhile, and this one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_more_than_it_may_have_open_stand_in_line(tmp_path: Path) -> None:
    with ExitStack() as limited:
        limited.enter_context(few_files(200))
        with serving(tmp_path, 2) as server:
            limited.close()
            asked = [server.ask() for _ in range(240)]
            server.open_gate()
            assert {each.getresponse().read() for each in asked} == {b"answer"}


@contextmanager
def silent(server: Server, count: int) -> Iterator[list[socket.socket]]:
    """Connections on which nothing is said; they are taken before anything that is asked later."""
    links = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(count)]
    try:
        yield links
    finally:
        for link in links:
            link.close()


def test_who_says_nothing_holds_up_nobody(tmp_path: Path) -> None:
    with serving(tmp_path, 2) as server, silent(server, 40) as links:
        server.open_gate()
        asked = server.ask()
        # By now each of two threads would have waited for one of forty.
        asked.sock.settimeout(4)
        assert asked.getresponse().read() == b"answer"
        links[0].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"answer" in links[0].makefile("rb").read()


def test_not_even_as_many_as_a_worker_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--worker-connections=20")
    with serving(tmp_path, 2) as server, silent(server, 40) as links:
        server.open_gate()
        asked = server.ask()
        asked.sock.settimeout(4)  # long before they are sent away for their silence
        assert asked.getresponse().read() == b"answer"
        links[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"answer" in links[-1].makefile("rb").read()


def test_who_says_nothing_is_not_waited_for_at_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, 2) as server, silent(server, 3):
        server.open_gate()
        server.ask().getresponse().read()
        server.stop()
        assert server.child.wait(15) == 0


def test_who_comes_back_when_the_line_is_just_empty_is_not_hung_up_on() -> None:
    """As who was answered by the last request before the end does."""
    taken = threading.Event()

    class Line(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            taken.set()
            return super().accept()

    def come_back() -> None:
        taken.wait(30)
        clients.append(socket.create_connection(address))

    with socket.create_server(("127.0.0.1", 0)) as made, Line(fileno=made.detach()) as line:
        line.setblocking(False)
        address = line.getsockname()
        clients = [socket.create_connection(address)]
        other = threading.Thread(target=come_back)
        other.start()
        assert len(everyone_in_line(line, most=10)) == 2
        other.join()
        for client in clients:
            client.close()
