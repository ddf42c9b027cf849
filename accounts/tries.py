"""How often somebody may try to guess a password; the AXES_ settings say how often.

django-axes counts in the database, so that a cache that is gone forgets nothing. It counts by name
alone, whether there is such a member or not: who guesses comes from as many addresses as they
like, with as many browsers. So nothing of those is kept either, nor what else they sent. Who is
signed in notices nothing, and who sets a new password, by a link that came by mail, may sign in at
once, in the same browser even while somebody goes on guessing.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Member

# Parts of a key, in which two that are missing would differ.
ANYWHERE = {"ip_address": "0.0.0.0", "user_agent": ""}  # noqa: S104
# Counted apart: whoever locks others out of signing in shall not keep who is signed in from it.
SIGNED_IN = ANYWHERE | {"user_agent": "signed in"}
# Counted apart: whoever goes on guessing shall not keep out who has just set a password by a link.
BY_LINK = ANYWHERE | {"user_agent": "by link"}
_NAME_OF_LINK = "tries_by_link"
NOTHING = {"http_accept": "", "path_info": "", "get_data": "", "post_data": ""}
# So many are forgotten at once: each try makes one at most.
FEW = 100


class Tries(AxesDatabaseHandler):
    """Counts a try before its password is looked at, so that those sent at once count too."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        name = counted_name(request, credentials)
        proved = getattr(request, "session", {}).get(_NAME_OF_LINK)
        tries = _count(name, BY_LINK if name and name == proved else ANYWHERE)
        request.axes_failures_since_start = tries
        return tries > settings.AXES_FAILURE_LIMIT

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **_kwargs: Any
    ) -> None:
        self.clean_expired_user_attempts(request, credentials)
        if request.axes_failures_since_start >= settings.AXES_FAILURE_LIMIT:
            request.axes_locked_out = True
            request.axes_credentials = credentials

    def clean_expired_user_attempts(
        self, request: Any = None, credentials: dict[str, Any] | None = None
    ) -> int:
        """Delete a few of those that count no more.

        Nobody waits for many thousands of names, nor for who tries one of them anew just now: that
        one counts again.
        """
        with transaction.atomic():
            old = old_tries().order_by().select_for_update(skip_locked=True)
            names = AccessAttempt.objects.filter(pk__in=[row.pk for row in old[:FEW]])
            count: int = names.delete()[0]
        return count


class TooManyTries(Exception):
    """No password of a member is looked at for some time."""


def is_password_of(member: Member, password: str) -> bool:
    """Whether it is, where nobody signs in by it: a session left open is no place to guess either.

    Raises TooManyTries.
    """
    if _count(member.username.lower(), SIGNED_IN) > settings.AXES_FAILURE_LIMIT:
        raise TooManyTries
    if not member.check_password(password):
        return False
    AccessAttempt.objects.filter(username=member.username.lower(), **SIGNED_IN).delete()
    return True


def _count(name: str, key: dict[str, str]) -> int:
    """Which try this one is. One too many is not kept, and so does not prolong the pause."""
    now = timezone.now()
    with transaction.atomic():
        row = _row(name, key)
        if row.attempt_time <= now - settings.AXES_COOLOFF_TIME:
            row.failures_since_start = 0
        row.failures_since_start += 1
        row.attempt_time = now
        if row.failures_since_start <= settings.AXES_FAILURE_LIMIT:
            row.save(update_fields=["failures_since_start", "attempt_time"])
    tries: int = row.failures_since_start
    return tries


def _row(name: str, key: dict[str, str]) -> Any:
    """That of a name, locked. Others may make it in the same moment, or delete it: they got in."""
    rows = AccessAttempt.objects.select_for_update()
    while (row := rows.filter(username=name, **key).first()) is None:
        new = AccessAttempt(username=name, **key, **NOTHING, failures_since_start=0)
        AccessAttempt.objects.bulk_create([new], ignore_conflicts=True)
    return row


def came_by_link(request: HttpRequest, member: Member) -> None:
    """Remember in the session of who has set a password by a link who they are."""
    request.session[_NAME_OF_LINK] = member.username.lower()


def counted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name by which tries are counted: members sign in by theirs in any case."""
    return str((credentials or {}).get("username") or "").lower()[:150]


def one_address(_request: HttpRequest) -> str:
    """The same for all."""
    return ANYWHERE["ip_address"]


def old_tries() -> QuerySet[Any]:
    """Those that count no more. They also go when somebody signs in or out, or tries to."""
    before = timezone.now() - settings.AXES_COOLOFF_TIME
    found: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__lte=before)
    return found


def forget_tries(username: str) -> None:
    """Let somebody who has just proved who they are sign in."""
    AccessAttempt.objects.filter(username=username.lower()).delete()
