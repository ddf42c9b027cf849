"""Each request has an id, which its answer, its lines in the logs and a proxy's logs share."""

import logging
import re
import time
from collections.abc import Callable
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from rboard.logs import request_id, without_keys

# What a trusted proxy may have named it.
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

access_log = logging.getLogger("rboard.access")


def numbered(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request its id, and write it into the access log if there is one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        named = request.META.get("HTTP_X_REQUEST_ID", "")
        number = named if _ID.fullmatch(named) else uuid4().hex
        token = request_id.set(number)
        began = time.perf_counter()
        try:
            response = get_response(request)
            if settings.ACCESS_LOG:
                _note(request, response, time.perf_counter() - began)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = number
        return response

    return middleware


def _note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """No query, body, cookie or header: people search for secrets, and send them."""
    fields = {
        "client": request.META.get("REMOTE_ADDR", ""),
        "method": request.method,
        "path": _path(request),
        "view": view_name(request),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    told = "%(client)s %(method)s %(path)s %(status)s %(ms)sms"
    access_log.info(told, fields, extra={"fields": fields})


def view_name(request: HttpRequest) -> str:
    """The name of the address, as in urls.py; "" if there is none of that form."""
    return request.resolver_match.view_name if request.resolver_match else ""


def _path(request: HttpRequest) -> str:
    """The address without what lets its reader in."""
    return without_keys(quote(request.path))
