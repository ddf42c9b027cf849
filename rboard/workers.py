"""Gunicorn's workers, but for how they stop: who has connected by then is answered.

A client is connected once the kernel has put it in line, before a worker looks at it. Gunicorn's
own workers leave that line alone when they are told to stop, and the threaded one keeps it open
until its last request is done: everyone in it is then hung up on. In a rolling update each of
these is an error on somebody's page.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker
from gunicorn.workers.sync import SyncWorker


def everyone_in_line(listener: socket.socket, most: int) -> Iterator[tuple[socket.socket, Any]]:
    """Those in line, as many as it holds: while they are taken out others come."""
    for _ in range(most):
        try:
            client, address = listener.accept()
        except BlockingIOError:
            return
        except ConnectionAbortedError:
            continue
        client.setblocking(True)
        yield client, address


class OneByOne(SyncWorker):
    """A worker that answers one request after the other."""

    def run_for_one(self, timeout: float) -> None:
        super().run_for_one(timeout)
        if self.alive:  # it lost its master
            return
        (listener,) = self.sockets
        # The line is closed before anyone in it is answered: it would never be empty otherwise.
        line = list(everyone_in_line(listener, self.cfg.backlog))
        name = listener.getsockname()
        closed = SimpleNamespace(getsockname=lambda: name)
        listener.close()
        for client, address in line:
            self.notify()
            self.handle(closed, client, address)


class Threads(ThreadWorker):
    """A worker that answers several requests at once."""

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            for client, address in everyone_in_line(listener, self.cfg.backlog):
                self.nr_conns += 1
                self.enqueue_req(TConn(self.cfg, client, address, listener.getsockname()))
            listener.close()
        self.sockets: list[socket.socket] = []
