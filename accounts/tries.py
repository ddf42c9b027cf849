"""How often somebody may try to guess a password; the AXES_ settings say how often.

django-axes counts in the database, so that a cache that is gone forgets nothing. It counts by name
alone, whether there is such a member or not: who guesses comes from as many addresses as they
like. So an address is not kept either. Who is signed in notices nothing, and who sets a new
password, by a link that came by mail, may sign in at once.
"""

from typing import Any

from axes.models import AccessAttempt
from django.http import HttpRequest


def counted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name by which tries are counted: members sign in by theirs in any case."""
    return str((credentials or {}).get("username") or "").lower()[:150]


def one_address(_request: HttpRequest) -> str:
    """The same for all: it is part of a key, in which two that are missing would differ."""
    return "0.0.0.0"  # noqa: S104


def forget_tries(username: str) -> None:
    """Let somebody who has just proved who they are sign in."""
    AccessAttempt.objects.filter(username=username.lower()).delete()
