"""Headers that every answer carries beside those of Django and django-csp."""

import hashlib
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)

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


# Written in another way each time a page is made, and all ways are good: a token as long as the
# secret is, a composer's key because a page with a new comment is another one.
# They begin with a bracket, which nobody's text holds.
_PASSING = (
    b'<input type="hidden" name="csrfmiddlewaretoken" value="',
    b'<input type="hidden" data-page-key name="once" value="',
)

# Of a form that leaves its page as it is.
_KEY = b'<input type="hidden" name="once"'


def entity_tags(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each page an ETag of what it says, and answer 304 to a browser that has it.

    A form that is to be taken once has a key of its own; if its page stays as it is when the form
    is sent, it is always new: no tag. Else the same words could not be posted every day.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        safe = request.method in {"GET", "HEAD"}
        if safe and response.status_code == 200 and not response.streaming:
            said = response.content
            if _KEY in said:
                return response
            digest = hashlib.sha256()
            for piece in _lasting(said):
                digest.update(piece)
            if b"csrfmiddlewaretoken" in said:
                # After another sign-in the tokens of an old page would be refused.
                digest.update(request.META.get("CSRF_COOKIE", "").encode())
            response.headers["ETag"] = f'W/"{digest.hexdigest()[:32]}"'
            known = get_conditional_response(request, response["ETag"], response=response)
            return known or response
        return response

    return middleware


def _lasting(said: bytes) -> Iterator[memoryview]:
    """What is said, piece by piece, without the values of what passes.

    No copies of a page of 300 KB, and a tenth of the time that a regular expression takes.
    """
    whole, begin = memoryview(said), 0
    for start, end in _passing(said):
        yield whole[begin:start]
        begin = end
    yield whole[begin:]


def _passing(said: bytes) -> list[tuple[int, int]]:
    """Where the values of what passes begin and end."""
    found = []
    for mark in _PASSING:
        at = said.find(mark)
        while at >= 0:
            start = at + len(mark)
            end = max(said.find(b'"', start), start)
            found.append((start, end))
            at = said.find(mark, end)
    return sorted(found)


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
