"""Pages for what can't be answered: they look like the site, and lose nothing that was typed."""

import sys

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.views.errors import what_was_written
from rboard.health import RETRY_AFTER
from rboard.readonly import is_refused, refused_by_database


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", exception, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", exception, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """These pages ask for nothing that may be broken.

    A database that is gone for a while, or takes no writes, is no fault of this code: visitors and
    proxies are told when to come again.
    """
    error = sys.exception()
    if is_refused(error):
        return refused_by_database(request)
    if isinstance(error, OperationalError | InterfaceError):
        return _bare_page("503.html", 503, {"Retry-After": str(RETRY_AFTER)})
    return _bare_page("500.html", 500, {})


def _bare_page(template: str, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(render_to_string(template), status=status, headers=headers)


def _page(request: HttpRequest, template: str, exception: Exception, status: int) -> HttpResponse:
    """The reason is shown where the code that refused put it into words for the visitor.

    Other exceptions (a foreign Host, a body too large) speak to the operator, of settings.
    """
    told = type(exception) in {BadRequest, PermissionDenied}
    context = {"exception": str(exception) if told else "", "written": what_was_written(request)}
    return render(request, template, context, status=status)
