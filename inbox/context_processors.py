"""The unread count in the navbar."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from inbox.models import Letter

MOST = 99


def unread_letters(request: HttpRequest) -> dict[str, object]:
    """How many letters wait; asked of the database only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_letters": 0}

    def count() -> int | str:
        # No further than that, because every page counts; in the order of the index, so that
        # the database looks for them nowhere else.
        letters = Letter.objects.of(user).unread().order_by("-created_at")[: MOST + 1].count()
        return letters if letters <= MOST else f"{MOST}+"

    return {"unread_letters": SimpleLazyObject(count)}
