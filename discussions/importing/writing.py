"""Several packs written at once, where the database lets several write."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

# While this process, of which one thread computes at a time, makes the rows of a pack, PostgreSQL
# writes others. A third at once made no import faster.
AT_ONCE = 2


class Writer:
    """Writes in the background, over connections of its own; on SQLite when the result is asked."""

    def __init__(self) -> None:
        # Other connections would not see what an open transaction has written.
        several = connection.vendor == "postgresql" and not connection.in_atomic_block
        self.at_once = AT_ONCE if several else 0
        self._pool = ThreadPoolExecutor(self.at_once) if self.at_once else None

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def start(self, write: Callable[[], T]) -> Callable[[], T]:
        """Start writing; the function that is returned waits for the result."""
        if self._pool is None:
            return write
        return self._pool.submit(_over_its_own_connection, write).result


def _over_its_own_connection(write: Callable[[], T]) -> T:
    try:
        return write()
    finally:
        connection.close()
