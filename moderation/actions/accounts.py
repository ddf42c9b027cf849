"""Accounts that may be deleted in the moment in which something is done about their members."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection

from accounts.models import Member
from moderation.actions.refusals import GONE_ACCOUNT

P = ParamSpec("P")
R = TypeVar("R")


def hold(member: Member) -> None:
    """Keep an account until the transaction ends: who deletes it waits.

    Many may hold it at once. Raises PermissionDenied if it is gone.
    """
    if not Member.objects.hold(member.pk):
        raise PermissionDenied(str(GONE_ACCOUNT))


def tried_again(do: Callable[P, R]) -> Callable[P, R]:
    """Of an action that owns the transaction: once more, if the database ended it for another.

    Two that wait for each other, as it and who deletes may, are parted so.
    """

    @wraps(do)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return do(*args, **kwargs)
        try:
            return do(*args, **kwargs)
        except OperationalError:
            return do(*args, **kwargs)

    return tried
