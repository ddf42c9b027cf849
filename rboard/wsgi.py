"""What gunicorn serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")

REFUSAL = b"Send text as UTF-8.\n"
REFUSAL_HEADERS = [
    ("Content-Type", "text/plain"),
    ("Content-Length", str(len(REFUSAL))),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def utf8_only(application: Application) -> Application:
    """Refuse texts in other encodings with 415.

    Django decodes a form by whatever codec its header names, before any middleware: some of these
    raise there, which would be a 500, and some let in what no text may hold.
    """

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _is_utf8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        start_response("415 Unsupported Media Type", REFUSAL_HEADERS)
        return [REFUSAL]

    return wsgi


def _is_utf8(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
    except (ValueError, AttributeError, LookupError):
        return False
    return charset.lower() in {"utf-8", "utf8", "us-ascii"}


application = utf8_only(get_wsgi_application())
