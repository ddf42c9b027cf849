"""A site that can be read but not written to, while its operators are at work on it.

`manage.py readonly on` puts one row into the database. Each process looks for it every few seconds
when it is asked for a page, and remembers what it found: pages cost no query for it. A PostgreSQL
that itself takes no writes (a standby, or one that was told so) is found in the same look.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import Error, OperationalError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.views.errors import what_was_written
from rboard.guest_pages import CACHE_ERRORS, EVERYTHING, stamps
from rboard.models import ReadOnly

RETRY_AFTER = 60  # seconds
# How PostgreSQL refuses to write: read_only_sql_transaction.
REFUSED = "25006"
TABLE = ReadOnly._meta.db_table

# These forms write nothing to the database.
_WRITES_NOTHING = {"accounts:appearance", "moderation:export"}
_HAS_PREVIEW = {"discussions:submit", "discussions:post-reply"}
_HAS_PREVIEW |= {"discussions:post-edit", "discussions:comment-edit"}


@dataclass(frozen=True)
class Notice:
    """Why the site takes no changes; without words of the operators "" ."""

    reason: str = ""


class _Known:
    """What this process found when it last looked."""

    def __init__(self) -> None:
        self.notice: Notice | None = None
        self.looked_at = 0.0
        self.lock = Lock()

    def now(self) -> Notice | None:
        """What is so, or was some seconds ago; one thread looks while others go on."""
        if time.monotonic() - self.looked_at < settings.READ_ONLY_SECONDS:
            return self.notice
        if self.lock.acquire(blocking=False):
            try:
                # First, so that a database that is gone is not asked by everybody.
                self.looked_at = time.monotonic()
                self._learn(_found())
            finally:
                self.lock.release()
        return self.notice

    def _learn(self, notice: Notice | None) -> None:
        if notice != self.notice:
            self.notice = notice
            # Guests' pages were kept without the banner, or with one that is over.
            with suppress(*CACHE_ERRORS):
                stamps.renew([EVERYTHING])

    def forget(self) -> None:
        """Look again with the next request."""
        self.looked_at = float("-inf")


known = _Known()


def _found() -> Notice | None:
    """What the database says. Raises what Django does if it is gone."""
    refuses = "current_setting('transaction_read_only') = 'on'"
    refuses = refuses if connection.vendor == "postgresql" else "false"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {refuses}, (SELECT reason FROM {TABLE})")
            by_itself, reason = cursor.fetchone()
    except (ProgrammingError, OperationalError) as error:
        if TABLE in str(error):
            return None  # this code is new, and its migrations are on their way
        raise
    return Notice(reason or "") if by_itself or reason is not None else None


def noticed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Set `request.read_only`: a Notice, or None."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.read_only = known.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


class Refusing:
    """Answer all that would change something with a page that says why not.

    Behind the proof that a form is the visitor's own, as the last before the views.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.read_only:  # type: ignore[attr-defined]
            request.session.modified = False
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.read_only or request.method in {"GET", "HEAD", "OPTIONS"}:  # type: ignore[attr-defined]
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name == "accounts:logout":
            return _forgotten(request)
        if name in _WRITES_NOTHING or (name in _HAS_PREVIEW and "preview" in request.POST):
            return None
        return refusal(request)


def _forgotten(request: HttpRequest) -> HttpResponse:
    """Sign out as far as can be done: the browser forgets the session, which ends in its time."""
    response = HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)
    response.delete_cookie(
        settings.SESSION_COOKIE_NAME,
        settings.SESSION_COOKIE_PATH,
        settings.SESSION_COOKIE_DOMAIN,
        "Lax",
    )
    messages.success(request, _("You are signed out."))
    return response


def refusal(request: HttpRequest) -> HttpResponse:
    """The page for what can't be taken now, with what was written."""
    context = {"written": what_was_written(request)}
    response = render(request, "503_read_only.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    # It is meant: no error for the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def is_refused(error: BaseException | None) -> bool:
    """Whether the database took no write because it takes none."""
    return isinstance(error, Error) and getattr(error.__cause__, "pgcode", None) == REFUSED


def refused_by_database(request: HttpRequest) -> HttpResponse:
    """The same page, where the database was found out before we looked."""
    known.forget()
    request.read_only = Notice()  # type: ignore[attr-defined]
    return refusal(request)
