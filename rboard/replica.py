"""Reads from a streaming replica, if DATABASE_REPLICA_URL names one.

GET and HEAD of visitors who changed nothing lately are read there. All else is read from the
primary: what follows a form of the same visitor, what somebody else's form has just changed (as
guest_pages.py knows it), whatever is in a transaction, the admin, and who is signed in with which
rights. A replica that is gone, further behind than DATABASE_REPLICA_LAG, or that takes other boards
for private than the primary does, is passed over.

Who looks after a board or is approved on one reads the primary too: the replica may let in who no
longer is. Only it need be asked: whom it does not let in, it shows nothing private.
"""

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
from boards.models import ApprovedMember, Ban, Moderator
from discussions.models import Visit
from rboard.guest_pages import unchanged_for
from rboard.replica_lag import ALIAS, behind, let_go, row

ADMIN = "/admin/"
# A cookie of who sent a form, until any replica that is read has what it changed.
WROTE = "wrote"
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
        [found] = row(ALIAS, _LET_IN, member, member)
    except Error:
        let_go()
        return True
    return bool(found)
