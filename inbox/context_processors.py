"""The unread count in the navbar."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from inbox.models import Letter
from paging import Given, prepared

MOST = 99


@prepared
def _unread(recipient: Given) -> QuerySet[Letter, Any]:
    """No more of them than are told, because every page counts.

    In the order of the index, so that the database looks for them nowhere else.
    """
    letters = Letter.objects.filter(recipient=recipient).unread().order_by("-created_at")
    return letters[: MOST + 1].values_list("pk")


def unread_letters(request: HttpRequest) -> dict[str, object]:
    """How many letters wait; asked of the database only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_letters": 0}

    def count() -> int | str:
        letters = len(_unread.rows(recipient=user.pk))
        return letters if letters <= MOST else f"{MOST}+"

    return {"unread_letters": SimpleLazyObject(count)}
