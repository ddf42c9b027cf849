"""What every answer carries beside the headers of Django and django-csp, or leaves out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers

# Set by rboard.wsgi on a request whose text is not in UTF-8.
FOREIGN_ENCODING = "rboard.foreign_encoding"

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)


def head_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Leave the body out of the answer to HEAD, which the server warns of otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    return middleware


def response_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep answers out of other sites and out of the wrong caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _drop_odd_session(request)
        if request.META.get(FOREIGN_ENCODING):
            response = HttpResponse("Send text as UTF-8.\n", "text/plain", 415)
        else:
            response = get_response(request)
        # The same address answers htmx with a piece of the page.
        patch_vary_headers(response, ["HX-Request"])
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.status_code == 405 and not response.content:
            # Somebody opened, or reloaded, an address that only takes a form.
            response.content = render_to_string("405.html", request=request)
            # Django has told the length of the empty answer, and servers would stop there.
            response.headers["Content-Length"] = str(len(response.content))
        if response.status_code >= 400:
            patch_cache_control(response, no_store=True)
        elif "public" not in response.get("Cache-Control", "") and _is_personal(request, response):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


def _drop_odd_session(request: HttpRequest) -> None:
    """Forget a session cookie that no session has; PostgreSQL would not look for a NUL."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer may have been made for this visitor alone.

    Told by the cookies, not by `request.user`: asking for that would cost a query on every answer.
    """
    return bool(response.cookies) or settings.SESSION_COOKIE_NAME in request.COOKIES
