"""Several visitors at once, each in a thread with its own connection to the database."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
PATIENCE = 60  # seconds


def at_once(work: list[Callable[[], T]]) -> list[T]:
    """The results of all `work`, started in the same moment, in the same order."""
    barrier = Barrier(len(work))

    def started(one: Callable[[], T]) -> Callable[[], T]:
        def run() -> T:
            barrier.wait(PATIENCE)
            return one()

        return run

    with ThreadPoolExecutor(len(work)) as pool:
        futures = [in_thread(pool, started(one)) for one in work]
        return [future.result(PATIENCE) for future in futures]


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], T]) -> "Future[T]":
    """Run `work` in a thread of `pool`, and close its connections behind it."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(run)
