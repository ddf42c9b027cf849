"""Gunicorn's workers, but for how they stop, and for who connects and says nothing.

When they stop, who has connected by then is answered.

A client is connected once the kernel has put it in line, before a worker looks at it. Gunicorn's
own workers leave that line alone when they are told to stop, and the threaded one keeps it open
until its last request is done: everyone in it is then hung up on. In a rolling update each of
these is an error on somebody's page.

Browsers open connections ahead of what they will ask. A thread of gunicorn's waits five seconds for
a word on each; ours are given only who has said something.
"""

from __future__ import annotations

import select
import selectors
import socket
import time
from functools import partial
from types import SimpleNamespace
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker
from gunicorn.workers.sync import SyncWorker

MOMENT = 0.02  # seconds without anybody new
LONGEST = 1.0  # seconds, where there is always somebody new
SILENCE = 30  # seconds for which a connection may stay open before anything is asked


def everyone_in_line(listener: socket.socket, most: int) -> list[tuple[socket.socket, Any]]:
    """Those in line, as many as it holds, once nobody has joined them for a moment.

    Who was answered just now comes back within a moment, and would be hung up on if the line were
    closed as soon as it is empty. So nobody in it is to be answered before it is closed.
    """
    found: list[tuple[socket.socket, Any]] = []
    line = select.poll()
    line.register(listener, select.POLLIN)
    until = time.monotonic() + LONGEST
    while len(found) < most and time.monotonic() < until and line.poll(MOMENT * 1000):
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            continue
        client.setblocking(True)
        found.append((client, address))
    return found


class OneByOne(SyncWorker):
    """A worker that answers one request after the other."""

    def run_for_one(self, timeout: float) -> None:
        super().run_for_one(timeout)
        if self.alive:  # it lost its master
            return
        (listener,) = self.sockets
        line = everyone_in_line(listener, self.cfg.backlog)
        name = listener.getsockname()
        closed = SimpleNamespace(getsockname=lambda: name)
        listener.close()
        for client, address in line:
            self.notify()
            self.handle(closed, client, address)


class Threads(ThreadWorker):
    """A worker that answers several requests at once."""

    def enqueue_req(self, conn: TConn) -> None:
        if conn.initialized or not self.alive or conn.wait_for_data(0):
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + SILENCE
        self.pending_conns.append(conn)
        heard = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, heard)
        # A worker takes so many connections at most, and some should be those of who asks.
        if len(self.pending_conns) > self.worker_connections // 2:
            self.pending_conns[0].timeout = 0.0
            self.murder_pending()

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        soon = time.monotonic() + STOP_KEEPALIVE_LINGER
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, soon)
        for listener in self.sockets:
            line = everyone_in_line(listener, self.cfg.backlog)
            name = listener.getsockname()
            listener.close()
            for client, address in line:
                self.nr_conns += 1
                self.enqueue_req(TConn(self.cfg, client, address, name))
        self.sockets: list[socket.socket] = []
