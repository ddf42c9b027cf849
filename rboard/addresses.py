"""Addresses in the environment, judged at the start rather than by the first who needs them."""

import importlib
import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.message import sanitize_address

from rboard.environment import env

# A host as browsers name it, in plain letters; what else a URL may hold is not part of a site's.
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_PUBLIC = re.compile(rf"https?://({_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\])(:[0-9]+)?")


def public(name: str, default: str) -> SplitResult:
    """The address of the site as visitors see it: a scheme and a host, perhaps a port."""
    value = str(env.str(name, default=default)).rstrip("/").lower()
    try:
        parts = urlsplit(value)  # which also judges what is in brackets
        is_one = bool(_PUBLIC.fullmatch(value)) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ImproperlyConfigured(
            f"{name} must look like https://board.example, perhaps with a port; a host of other "
            "letters in its xn-- form."
        )
    return parts


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
