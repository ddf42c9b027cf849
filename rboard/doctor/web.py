"""What visitors and browsers meet: the public address, static files, Django's own checks."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.http.request import split_domain_port, validate_host

from rboard.doctor.findings import PROBLEM, WARNING, Finding, good

ASK_SECONDS = 5.0
STYLES = "rboard/rboard.css"
UNKNOWN_HOST = (
    "the site does not know its own host name",
    "add the host of PUBLIC_URL to ALLOWED_HOSTS, and let the proxy pass Host on",
)
# Of a short secret machine.py tells.
TOLD_ELSEWHERE = {"security.W009"}


def address() -> Iterator[Finding]:
    """Asks the public address as a visitor does, so that proxies are looked at too."""
    if settings.DEBUG:
        yield Finding("settings", PROBLEM, "DEBUG is on", "take DEBUG away: it tells secrets")
    if not settings.HTTPS:
        yield Finding(
            "address",
            WARNING,
            f"{settings.PUBLIC_URL} has no HTTPS",
            "serve it by HTTPS, and set PUBLIC_URL to https://…",
        )
    host = settings.PUBLIC_URL.partition("://")[2]
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        yield Finding("address", PROBLEM, *UNKNOWN_HOST)
    else:
        yield _asked(f"{settings.PUBLIC_URL}/login/")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """The redirect itself is what is asked for."""


def _asked(url: str) -> Finding:
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(url, timeout=ASK_SECONDS):
            return good("address", f"{settings.PUBLIC_URL} answers")
    except urllib.error.HTTPError as error:
        return Finding("address", PROBLEM, *_why_not(url, error))
    except OSError as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            found = f"{settings.PUBLIC_URL} has no good certificate: {reason.verify_message}"
            mend = "renew it, and let the proxy send the certificates between it and its authority"
        else:
            found = f"{url} can't be reached from here: {reason}"
            mend = "start the site, or look at the proxy and at DNS"
        return Finding("address", WARNING, found, mend)


def _why_not(url: str, error: urllib.error.HTTPError) -> tuple[str, str]:
    """What a refusal tells of the site and of the proxy before it, and how to mend it."""
    location = error.headers.get("Location", "")
    if location == url:
        return (
            "the site does not know that visitors come by HTTPS, and sends them in circles",
            "let the proxy send X-Forwarded-Proto, and name its address in TRUSTED_PROXIES",
        )
    if location:
        return (
            f"{url} leads to {location}",
            "set PUBLIC_URL to the address that visitors end at, and let the proxy pass Host on",
        )
    if error.code == 400:
        return UNKNOWN_HOST
    return f"{url} answers {error.code}", "see the logs"


def static_files() -> Iterator[Finding]:
    storage: Any = staticfiles_storage
    try:
        name = getattr(storage, "stored_name", str)(STYLES)
        is_there = settings.DEBUG or Path(storage.path(name)).exists()
    except ValueError:  # no manifest, or one without it
        is_there = False
    if is_there:
        yield good("static files", "collected")
    else:
        yield Finding("static files", PROBLEM, "not collected", "manage.py collectstatic --noinput")


def deployment() -> Iterator[Finding]:
    """Django's own checks of a site in production, but for those that the settings answer."""
    # Without HTTPS, of which `address` tells, most of them have the same to say.
    told = checks.run_checks(include_deployment_checks=settings.HTTPS)
    serious = [check for check in told if _is_news(check)]
    for check in serious:
        level = PROBLEM if check.level >= checks.ERROR else WARNING
        yield Finding("settings", level, f"{check.id}: {check.msg}", check.hint or "")
    if not serious:
        yield good("settings", "Django's checks find nothing")


def _is_news(check: checks.CheckMessage) -> bool:
    """Whether an operator has to hear of it."""
    if check.is_silenced() or check.id in TOLD_ELSEWHERE:
        return False
    return check.level >= checks.WARNING
