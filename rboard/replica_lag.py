"""How far behind the primary the replica is, which is asked before it is read; see replica.py."""

import threading
import time
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

from boards.models import Board
from rboard.asking import announce_question

ALIAS = "replica"
ASK_EVERY = 0.5  # seconds
# A replica that is gone is not asked again for this long: in vain that may take two seconds.
GONE_FOR = 5.0  # seconds
MOMENT = 0.05  # seconds
FAR = float("inf")


class _Thread(threading.local):
    """What this thread knows of the replica that its connection leads to: there may be several."""

    connection: Any = None
    asked_at = -FAR
    # All that the primary had at this moment of time.monotonic(), the replica has too.
    reached = -FAR


class _Process:
    """What this process knows."""

    # Moments, and how far the primary had written its log then.
    primary: list[tuple[float, int]] = []
    gone_until = -FAR
    # Which boards the primary takes for private.
    private = ""


_thread = _Thread()
_process = _Process()

# What is not flushed yet is seen by others only with synchronous_commit = off. After a failover an
# address may lead for a while to a server of the other kind: nobody has come so far then.
_PRIVATE = f"""(SELECT coalesce(md5(string_agg(id::text, ',' ORDER BY id)), '')
FROM {Board._meta.db_table} WHERE is_private)"""
_WRITTEN = f"""SELECT CASE WHEN pg_is_in_recovery() THEN 9223372036854775807 ELSE (
CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn)::bigint END, {_PRIVATE}"""
_REPLAYED = f"""SELECT CASE WHEN pg_is_in_recovery()
THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint ELSE -1 END, {_PRIVATE}"""


def behind() -> float:
    """By how many seconds the replica may be behind, at most; FAR if it can't be read."""
    now = time.monotonic()
    if now < _process.gone_until:
        return FAR
    is_known = _thread.connection is not None and (
        _thread.connection is connections[ALIAS].connection
    )
    if not is_known or now - _thread.asked_at >= ASK_EVERY:
        _ask(now)
    return now - _thread.reached


def state() -> str:
    """ "ok", "behind", or "unreachable"."""
    if behind() > settings.DATABASE_REPLICA_LAG:
        # On a busy primary it is always a moment behind the last look.
        time.sleep(MOMENT)
        _thread.asked_at = -FAR
    if behind() <= settings.DATABASE_REPLICA_LAG:
        return "ok"
    return "unreachable" if time.monotonic() < _process.gone_until else "behind"


def _ask(now: float) -> None:
    if not _process.primary or now - _process.primary[-1][0] >= ASK_EVERY:
        oldest = now - settings.DATABASE_REPLICA_LAG - ASK_EVERY
        kept = [place for place in _process.primary if place[0] >= oldest]
        written, _process.private = row(DEFAULT_DB_ALIAS, _WRITTEN)
        _process.primary = [*kept, (now, written)]
    announce_question()
    try:
        replayed, private = row(ALIAS, _REPLAYED)
    except Error:
        let_go()
        return
    passed = [moment for moment, written in _process.primary if written <= replayed]
    _thread.connection, _thread.asked_at = connections[ALIAS].connection, now
    _thread.reached = max(passed, default=-FAR) if private == _process.private else -FAR


def let_go() -> None:
    """Leave a replica that failed alone for a while."""
    connections[ALIAS].close()
    _process.gone_until, _thread.connection = time.monotonic() + GONE_FOR, None


def row(alias: str, sql: str, *params: int) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchone()
