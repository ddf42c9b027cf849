"""Headers that every answer carries beside those of Django and django-csp."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

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


def response_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep answers out of other sites and out of the wrong caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.status_code == 405 and not response.content:
            # Somebody opened, or reloaded, an address that only takes a form.
            response.content = render_to_string("405.html", request=request)
        if response.status_code >= 400:
            patch_cache_control(response, no_store=True)
        elif "public" not in response.get("Cache-Control", "") and _is_personal(request, response):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


def _is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer may have been made for this visitor alone.

    Told by the cookies, not by `request.user`: asking for that would cost a query on every answer.
    """
    return bool(response.cookies) or settings.SESSION_COOKIE_NAME in request.COOKIES
