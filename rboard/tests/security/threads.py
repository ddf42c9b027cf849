"""Several visitors at once, each in a thread with its own connection to the database."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier, Event
from typing import Any, TypeVar

from django.db import connection, connections

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


def ends_first(pool: ThreadPoolExecutor, work: Callable[[], T]) -> "tuple[Future[T], bool]":
    """Start `work` in a thread while another one is held and may have locks.

    Its future, and whether it ends at once: it does not when it waits for one of those locks.
    """
    if connection.vendor == "sqlite":
        return _ends_first_on_sqlite(pool, work)
    future = in_thread(pool, work)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not wait([future], 0.01).done:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone() != (0,):
                return future, False
    return future, True


def _ends_first_on_sqlite(
    pool: ThreadPoolExecutor, work: Callable[[], T]
) -> "tuple[Future[T], bool]":
    """There is one lock for all that is written, had by who is held or by nobody."""
    had, asks = _write_lock_is_had(), Event()

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("BEGIN"):
            asks.set()
        return execute(sql, *rest)

    def noted() -> T:
        with connection.execute_wrapper(note):
            return work()

    future = in_thread(pool, noted)
    future.add_done_callback(lambda _future: asks.set())
    if had:
        assert asks.wait(PATIENCE)
    else:
        wait([future], PATIENCE)
    return future, future.done()


def _write_lock_is_had() -> bool:
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False
