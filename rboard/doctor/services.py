"""The cache and the mail server."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection

from rboard.doctor.findings import PROBLEM, WARNING, Finding, good
from rboard.health import cache_state


def cache() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield good("cache", "in each process; with several servers set REDIS_URL")
    elif cache_state() == "ok":
        yield good("cache", "Redis answers")
    else:
        yield Finding(
            "cache",
            WARNING,
            "Redis does not answer, so every page is made anew",
            "start Redis, or mend REDIS_URL",
        )


def mail() -> Iterator[Finding]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding(
            "mail",
            WARNING,
            "letters go to the console, so nobody gets a link for a lost password",
            "set EMAIL_URL, as in smtp+tls://user:password@host:587",
        )
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        mailer = get_connection()
        mailer.open()
        mailer.close()
    except OSError as error:  # what smtplib raises is one
        yield Finding("mail", PROBLEM, f"{server}: {error}", "mend EMAIL_URL, or the mail server")
    else:
        yield good("mail", f"{server} lets us in")
