"""What visitors and browsers meet: the public address, static files, Django's own checks."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks

from rboard.doctor.findings import PROBLEM, WARNING, Finding, good

ASK_SECONDS = 5.0
STYLES = "rboard/rboard.css"
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
        if error.headers.get("Location") == url:
            return Finding(
                "address",
                PROBLEM,
                "the site does not know that visitors come by HTTPS, and sends them in circles",
                "let the proxy send X-Forwarded-Proto, and name its address in TRUSTED_PROXIES",
            )
        if error.code == 400:
            return Finding(
                "address",
                PROBLEM,
                "the site does not know its own host name",
                "add the host of PUBLIC_URL to ALLOWED_HOSTS, and let the proxy pass Host on",
            )
        return Finding("address", PROBLEM, f"{url} answers {error.code}", "see the logs")
    except OSError as error:
        return Finding(
            "address",
            WARNING,
            f"{url} can't be reached from here: {error}",
            "start the site, or look at the proxy and at DNS",
        )


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
    """Django's own checks of a site in production."""
    # Without HTTPS, of which `address` tells, most of them have the same to say.
    told = checks.run_checks(include_deployment_checks=settings.HTTPS)
    serious = [
        check for check in told if check.level >= checks.WARNING and check.id not in TOLD_ELSEWHERE
    ]
    for check in serious:
        level = PROBLEM if check.level >= checks.ERROR else WARNING
        yield Finding("settings", level, f"{check.id}: {check.msg}", check.hint or "")
    if not serious:
        yield good("settings", "Django's checks find nothing")
