"""What a member sees when a form can't be taken, with what they typed still in hand."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was made before the visitor signed in or out, or by another site."""
    return form_expired(request, status=403)


def too_many_tries(
    request: HttpRequest, _response: HttpResponse | None, _credentials: dict[str, Any] | None
) -> HttpResponse:
    """The same for a name that nobody has."""
    pause = settings.AXES_COOLOFF_TIME
    context = {"minutes": pause // timedelta(minutes=1)}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(int(pause.total_seconds()))
    return response


def form_expired(request: HttpRequest, *, status: int) -> HttpResponse:
    """Give the text of a form that can't be taken back to whoever wrote it."""
    context = {"written": what_was_written(request)}
    return render(request, "accounts/form_expired.html", context, status=status)


def what_was_written(request: HttpRequest) -> dict[str, str]:
    """The texts of the form that was sent, to be shown where it could not be taken."""
    try:
        form = request.POST
    except SuspiciousOperation:
        # Too large to be read, which is also why it was refused.
        return {}
    return {name: form[name] for name in ("title", "text") if form.get(name)}
