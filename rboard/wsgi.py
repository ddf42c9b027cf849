"""What gunicorn serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

from rboard.middleware import FOREIGN_ENCODING
from rboard.proxies import Application, behind_proxies
from rboard.templating import compile_all

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")


def utf8_only(application: Application) -> Application:
    """Keep texts in other encodings from Django, and let it answer them with 415.

    It decodes a form by whatever codec its header names, before any middleware: some of these
    raise there, which would be a 500, and some let in what no text may hold.
    """

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _is_utf8(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = "application/octet-stream"
            environ[FOREIGN_ENCODING] = True
        return application(environ, start_response)

    return wsgi


def _is_utf8(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
    except (ValueError, AttributeError, LookupError):
        return False
    return bool(charset.lower() == "utf-8")


application = behind_proxies(utf8_only(get_wsgi_application()), settings.TRUSTED_PROXIES)
# Views, forms, the admin, addresses and templates, which else each process would load by itself
# with its first pages.
get_resolver().reverse_dict  # noqa: B018
compile_all()
