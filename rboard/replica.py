"""Reads from a streaming replica, if DATABASE_REPLICA_URL names one.

GET and HEAD of visitors who changed nothing lately are read there. All else is read from the
primary: what follows a form of the same visitor, what somebody else's form has just changed (as
guest_pages.py knows it), whatever is in a transaction, the admin, and who is signed in with which
rights. A replica that is gone, further behind than DATABASE_REPLICA_LAG, or that takes other boards
for private than the primary does, is passed over.

Who looks after a board or is approved on one reads the primary too: the replica may let in who no
longer is. Only it need be asked: whom it does not let in, it shows nothing private.
"""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    connections,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Member
from boards.models import ApprovedMember, Ban, Board, Moderator
from discussions.models import Visit
from rboard.asking import be_short
from rboard.guest_pages import unchanged_for

ALIAS = "replica"
ADMIN = "/admin/"
# A cookie of who sent a form, until any replica that is read has what it changed.
WROTE = "wrote"
ASK_EVERY = 0.5  # seconds
# A replica that is gone is not asked again for this long: in vain that may take two seconds.
GONE_FOR = 5.0  # seconds
MOMENT = 0.05  # seconds
# Who may see what must be known at once, and pages write down what members have seen.
ON_PRIMARY = {Session, Member, Visit, Group, Permission, Ban, ApprovedMember, Moderator}

_is_read: ContextVar[bool] = ContextVar("replica_is_read", default=False)


class Router:
    """Where Django's queries go."""

    def db_for_read(self, model: type[Any], **_hints: Any) -> str:
        if not _is_read.get() or model in ON_PRIMARY or connection.in_atomic_block:
            return DEFAULT_DB_ALIAS
        return ALIAS

    def db_for_write(self, _model: type[Any], **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db != ALIAS


class Reading:
    """The middleware that decides for a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            response = self.get_response(request)
            if response.status_code < 400:
                _remember(response)
            return response
        token = _is_read.set(_may_be_read(request))
        try:
            return self.get_response(request)
        finally:
            _is_read.reset(token)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        if (
            _is_read.get()
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
            and _lets_in(request.user.pk)
        ):
            _is_read.set(False)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Make the page again, from the primary, if the replica failed in the middle of it."""
        lost = isinstance(exception, OperationalError | InterfaceError)
        match = request.resolver_match
        if not (lost and match and _is_read.get() and connections[ALIAS].errors_occurred):
            return None
        connections[ALIAS].close()
        _is_read.set(False)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response


def _remember(response: HttpResponseBase) -> None:
    response.set_cookie(
        WROTE,
        "1",
        max_age=settings.DATABASE_REPLICA_LAG + 1,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _may_be_read(request: HttpRequest) -> bool:
    if WROTE in request.COOKIES or request.path_info.startswith(ADMIN):
        return False
    lag = behind()
    return lag <= settings.DATABASE_REPLICA_LAG and lag < unchanged_for(request)


_LET_IN = f"""SELECT
EXISTS (SELECT 1 FROM {Moderator._meta.db_table} WHERE member_id = %s) OR
EXISTS (SELECT 1 FROM {ApprovedMember._meta.db_table} WHERE member_id = %s)"""


def _lets_in(member: int) -> bool:
    """Whether the replica knows a board that this member reads, or did, as others may not."""
    try:
        [found] = _row(ALIAS, _LET_IN, member, member)
    except Error:
        _let_go()
        return True
    return bool(found)


# --- How far it is ------------------------------------------------------------------------------

FAR = float("inf")


class _Server(threading.local):
    """What this thread knows of the server that its connection leads to: there may be several."""

    connection: Any = None
    asked_at = -FAR
    # All that the primary had at this moment of time.monotonic(), the replica has too.
    reached = -FAR


class _Both:
    """What this process knows."""

    # Moments, and how far the primary had written its log then.
    primary: list[tuple[float, int]] = []
    gone_until = -FAR
    # Which boards the primary takes for private.
    private = ""


_server = _Server()
_both = _Both()

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
    if now < _both.gone_until:
        return FAR
    is_known = _server.connection is not None and (
        _server.connection is connections[ALIAS].connection
    )
    if not is_known or now - _server.asked_at >= ASK_EVERY:
        _ask(now)
    return now - _server.reached


def state() -> str:
    """ "ok", "behind", or "unreachable"."""
    if behind() > settings.DATABASE_REPLICA_LAG:
        # On a busy primary it is always a moment behind the last look.
        time.sleep(MOMENT)
        _server.asked_at = -FAR
    if behind() <= settings.DATABASE_REPLICA_LAG:
        return "ok"
    return "unreachable" if time.monotonic() < _both.gone_until else "behind"


def _ask(now: float) -> None:
    if not _both.primary or now - _both.primary[-1][0] >= ASK_EVERY:
        oldest = now - settings.DATABASE_REPLICA_LAG - ASK_EVERY
        kept = [place for place in _both.primary if place[0] >= oldest]
        written, _both.private = _row(DEFAULT_DB_ALIAS, _WRITTEN)
        _both.primary = [*kept, (now, written)]
    be_short()
    try:
        replayed, private = _row(ALIAS, _REPLAYED)
    except Error:
        _let_go()
        return
    passed = [moment for moment, written in _both.primary if written <= replayed]
    _server.connection, _server.asked_at = connections[ALIAS].connection, now
    _server.reached = max(passed, default=-FAR) if private == _both.private else -FAR


def _let_go() -> None:
    """Leave the replica alone for a while."""
    connections[ALIAS].close()
    _both.gone_until, _server.connection = time.monotonic() + GONE_FOR, None


def _row(alias: str, sql: str, *params: int) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchone()
