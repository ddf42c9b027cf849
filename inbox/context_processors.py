"""The unread count in the navbar."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from inbox.models import Letter


def unread_letters(request: HttpRequest) -> dict[str, object]:
    """How many letters wait; asked of the database only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_letters": 0}
    return {"unread_letters": SimpleLazyObject(lambda: Letter.objects.of(user).unread().count())}
