"""Pages for what can't be answered: they look like the site, and lose nothing that was typed."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.errors import what_was_written


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", exception, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", exception, 403)


def _page(request: HttpRequest, template: str, exception: Exception, status: int) -> HttpResponse:
    """The reason is shown where the code that refused put it into words for the visitor.

    Other exceptions (a foreign Host, a body too large) speak to the operator, of settings.
    """
    told = type(exception) in {BadRequest, PermissionDenied}
    context = {"exception": str(exception) if told else "", "written": what_was_written(request)}
    return render(request, template, context, status=status)
