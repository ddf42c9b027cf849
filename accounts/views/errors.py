"""What a member sees when a form can't be taken, with what they typed still in hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was made before the visitor signed in or out, or by another site."""
    return form_expired(request, status=403)


def form_expired(request: HttpRequest, *, status: int) -> HttpResponse:
    """Give the text of a form that can't be taken back to whoever wrote it."""
    written = {name: request.POST[name] for name in ("title", "text") if request.POST.get(name)}
    return render(request, "accounts/form_expired.html", {"written": written}, status=status)
