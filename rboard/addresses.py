"""Addresses in the environment, judged at the start rather than by the first who needs them."""

import importlib
import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.message import sanitize_address

from rboard.environment import IN_PASSWORDS, env

# A host as browsers name it, in plain letters; what else a URL may hold is not part of a site's.
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = rf"{_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\]"
_PUBLIC = re.compile(rf"https?://({_HOST})(:[0-9]+)?")
_ALLOWED = re.compile(rf"\*|\.?({_HOST})")  # a dot before it: all names under it too


def public(name: str, default: str) -> SplitResult:
    """The address of the site as visitors see it: a scheme and a host, perhaps a port."""
    value = (str(env.str(name, default="")).strip() or default).rstrip("/").lower()
    try:
        parts = urlsplit(value)  # which also judges what is in brackets
        is_one = bool(_PUBLIC.fullmatch(value)) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ImproperlyConfigured(
            f"{name} must look like https://board.example, perhaps with a port, and with nothing "
            "behind it: the board needs a host of its own. A host of other letters goes in its "
            "xn-- form."
        )
    return parts


def hosts(name: str, default: Sequence[str]) -> list[str]:
    """The names of hosts that the site answers to."""
    value = str(env.str(name, default="")).lower()
    found = [part.strip() for part in value.split(",") if part.strip()]
    if not all(_ALLOWED.fullmatch(part) for part in found):
        raise ImproperlyConfigured(
            f"{name} must be names like board.example,www.board.example, with commas, and without "
            "https:// and ports."
        )
    return found or list(default)


def host(site: SplitResult) -> str:
    """As a request names it."""
    name = site.hostname or ""
    return f"[{name}]" if ":" in name else name


def sender(name: str, site_name: str, site: SplitResult) -> str:
    """Whom the site's mail comes from; by default the site itself."""
    value = str(env.str(name, default="").strip())
    if not value:
        place = site.hostname if _PUBLIC.fullmatch(f"http://{site.hostname}") else "localhost"
        return str(Address(site_name, addr_spec=f"noreply@{place}"))
    try:
        plain = sanitize_address(value, "utf-8")
        is_one = plain.isprintable() and "@" in parseaddr(plain)[1]
    except (ValueError, TypeError, HeaderParseError):  # the last two of what is hardly one
        is_one = False
    if not is_one:
        raise ImproperlyConfigured(f"{name} must look like Board <noreply@board.example>.")
    return value


def mail(name: str) -> dict[str, Any]:
    """What Django is to know of the mail server of an address; by default there is none."""
    value = str(env.str(name, default="").strip()) or "consolemail://"
    try:
        parts = urlsplit(value)
        # Django-environ would take settings of its own from behind a "?", even both ways of TLS.
        is_one = not (parts.query or parts.fragment) and parts.port != 0
        found = environ.Env.email_url_config(value) if is_one else {}
    except (environ.ImproperlyConfigured, ValueError, KeyError):
        found = {}
    if not found:
        raise ImproperlyConfigured(
            f"{name} must look like smtp+tls://user:password@host:587 or "
            f"smtp+ssl://user:password@host:465{IN_PASSWORDS}."
        )
    usual = 465 if found.get("EMAIL_USE_SSL") else 587 if found.get("EMAIL_USE_TLS") else 25
    return found | {"EMAIL_PORT": found.get("EMAIL_PORT") or usual}


def redis(name: str) -> str:
    """The address of a Redis, or of several with commas; "" for none.

    Its own library judges it, which is loaded only where one is used. What is wrong is not
    repeated: it may be a part of the password.
    """
    value = str(env.str(name, default="").strip())
    for part in re.split("[;,]", value) if value else []:
        try:
            _judge_redis(part)
        except (ValueError, TypeError):  # of an unknown option
            raise ImproperlyConfigured(
                f"{name} must look like redis://:password@host:6379/0, rediss://… or unix:///a/path."
            ) from None
    return value


def _judge_redis(url: str) -> None:
    pool = importlib.import_module("redis").ConnectionPool.from_url(url)
    connection = pool.make_connection()  # which connects when it is first used
    str(getattr(connection, "host", None) or "").encode("idna")
    database = urlsplit(url).path.strip("/")
    if not url.startswith("unix:") and database and not database.isdecimal():
        raise ValueError
