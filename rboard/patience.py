"""Servers wait for PostgreSQL no longer than makes sense.

One that is gone says so: connections break, and a new one is refused. One that hangs (a machine
without a disk, a process that was stopped, a network that swallows all) keeps its connections open
and says nothing, and libpq waits for ever. So servers wait for each answer themselves. Visitors
then read that the database is gone, as they do when it is.

Each request begins with a question whether the kept connection is good (CONN_HEALTH_CHECKS); that
one, and a new connection, are answered at once or not at all. In vain they are tried by one request
every few seconds: were it all, they would stand in line for seconds each.
"""

import select
import time
from typing import Any

from django.conf import settings
from django.core.signals import request_started
from psycopg2 import OperationalError, extensions

from rboard.asking import announce_question, was_announced

SHORT = 2.0  # seconds, for a connection and for whether it is good
LEAST_LONG = 10.0  # seconds, for any other answer; a search has one, a table that is changed five
GONE_FOR = 2.0  # seconds for which a server that did not answer is not asked again
CONNECTED = {extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED}
# By the servers that did not answer: until when they are left alone.
_gone_until: dict[str, float] = {}


def begin() -> None:
    """From now on all connections of this process are waited for so. COPY does not work then."""
    extensions.set_wait_callback(wait)
    request_started.connect(announce_question, dispatch_uid="rboard.patience")


def wait(connection: Any) -> None:
    """Wait for an answer. Raises OperationalError; psycopg2 then closes the connection."""
    is_new = connection.status not in CONNECTED
    asks = was_announced() or is_new
    if asks and time.monotonic() < _gone_until.get(connection.dsn, 0):
        raise OperationalError("the database did not answer a moment ago")
    deadline = time.monotonic() + (SHORT if asks else longest())
    while (state := connection.poll()) != extensions.POLL_OK:
        waiting = select.poll()
        reads = state == extensions.POLL_READ
        waiting.register(connection.fileno(), select.POLLIN if reads else select.POLLOUT)
        left = deadline - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            if asks:
                _gone_until[connection.dsn] = time.monotonic() + GONE_FOR
            raise OperationalError("the database does not answer")


def longest() -> float:
    """Longer than a visitor's statement may wait for a migration."""
    return max(LEAST_LONG, 2.0 * settings.MIGRATE_LOCK_TIMEOUT)
