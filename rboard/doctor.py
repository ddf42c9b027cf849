"""What an operator gets wrong, looked at one thing after the other.

Each look yields what it found: good, or a warning or a problem with the way to mend it.
"""

import os
import shutil
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.mail import get_connection
from django.db import Error, connection
from django.utils import timezone

from accounts.models import Member
from discussions.upkeep import counts
from discussions.upkeep.drift import sweep
from discussions.upkeep.faults import Survey
from rboard.environment import DATA_DIR
from rboard.health import cache_state, missing_migrations

GOOD, WARNING, PROBLEM = "ok", "warning", "problem"

CLOCK_SECONDS = 5.0
LEAST_FREE_BYTES = 1024**3
LEAST_FREE_SHARE = 0.05
ASK_SECONDS = 5.0
SECRET_LENGTH = 50
OLDEST_POSTGRESQL = 13
STYLES = "rboard/rboard.css"
# Where secrets may be.
_NAMES = ("SECRET_KEY", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL")
SECRETS = ("ENV_FILE", *(f"{name}_FILE" for name in _NAMES))
# Of a short secret `secret` tells.
TOLD_ELSEWHERE = {"security.W009"}


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and how to mend it."""

    subject: str
    level: str
    found: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


Look = Callable[[], Iterator[Finding]]


def good(subject: str, found: str) -> Finding:
    return Finding(subject, GOOD, found)


def database() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        path = Path(str(settings.DATABASES["default"]["NAME"]))
        if path.exists() and not os.access(path, os.W_OK):
            yield Finding(
                "database", PROBLEM, f"{path} can't be written", "give the file to rboard's user"
            )
            return
        yield good("database", f"SQLite, {path}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
    if version < OLDEST_POSTGRESQL:
        yield Finding(
            "database",
            PROBLEM,
            f"PostgreSQL {version}",
            f"upgrade to PostgreSQL {OLDEST_POSTGRESQL} or newer",
        )
    else:
        yield good("database", f"PostgreSQL {version}")


def migrations() -> Iterator[Finding]:
    missing = missing_migrations()
    if missing:
        yield Finding(
            "migrations", PROBLEM, f"{len(missing)} missing: {missing[0]} …", "manage.py migrate"
        )
    else:
        yield good("migrations", "all applied")


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


def clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        theirs = cursor.fetchone()[0]
    if isinstance(theirs, datetime):
        apart = abs((timezone.now() - theirs).total_seconds())
        if apart > CLOCK_SECONDS:
            yield Finding(
                "clock", PROBLEM, f"{apart:.0f} s from the database's", "run a time service on both"
            )
            return
    yield good("clock", timezone.now().isoformat(timespec="seconds"))


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


def secret() -> Iterator[Finding]:
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        yield Finding(
            "secret",
            PROBLEM,
            f"SECRET_KEY has {len(settings.SECRET_KEY)} characters",
            f"make one of at least {SECRET_LENGTH}: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
        )
    open_files = [path for path in _files_with_secrets() if path.stat().st_mode & stat.S_IROTH]
    for path in open_files:
        yield Finding("secret", WARNING, f"everybody may read {path}", f"chmod 600 {path}")
    if len(settings.SECRET_KEY) >= SECRET_LENGTH and not open_files:
        yield good("secret", "long enough, and nobody else may read it")


def _files_with_secrets() -> list[Path]:
    named = [os.environ.get(name) or "" for name in SECRETS]
    paths = [Path(name) for name in named if name] + [DATA_DIR / "rboard.env"]
    return [path for path in paths if path.is_file()]


def disk() -> Iterator[Finding]:
    name = settings.DATABASES["default"]["NAME"]
    place = Path(str(name)).parent if connection.vendor == "sqlite" else Path(settings.BASE_DIR)
    usage = shutil.disk_usage(place if place.exists() else Path("/"))
    free = f"{usage.free / 1024**3:,.1f} GB free at {place}"
    if usage.free < LEAST_FREE_BYTES or usage.free < LEAST_FREE_SHARE * usage.total:
        yield Finding("disk", WARNING, free, "make room, before the database stops")
    else:
        yield good("disk", free)


def operator() -> Iterator[Finding]:
    if Member.objects.filter(is_superuser=True, is_active=True).exists():
        yield good("operator", "there is an account")
    else:
        yield Finding(
            "operator", WARNING, "nobody has all rights", "manage.py ensure_operator makes one"
        )


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


def trees() -> Iterator[Finding]:
    survey = Survey()
    survey.run(lambda _count: None)
    if survey.faulty:
        found = f"{len(survey.faulty):,} of {survey.trees:,} are not whole"
        yield Finding("trees", PROBLEM, found, "manage.py check_tree --fix")
    else:
        yield good("trees", f"{survey.trees:,}, all whole")


def counters() -> Iterator[Finding]:
    drifts = [
        sweep(derived, apply=False, advance=lambda _count: None)
        for derived in (counts.POSTS, counts.COMMENTS, counts.BOARDS)
    ]
    wrong = sum(drift.drifted for drift in drifts)
    if wrong:
        yield Finding("counters", WARNING, f"{wrong:,} have drifted", "manage.py recount --apply")
    else:
        yield good("counters", "all as counted")


QUICK: tuple[Look, ...] = (
    database,
    migrations,
    cache,
    mail,
    address,
    clock,
    static_files,
    secret,
    disk,
    operator,
    deployment,
)
# These read every post and comment.
THOROUGH: tuple[Look, ...] = (trees, counters)


def look(looks: tuple[Look, ...]) -> Iterator[Finding]:
    """All that is found. What can't be looked at is a problem too; without a database few can."""
    for each in looks:
        subject = each.__name__.replace("_", " ")
        try:
            yield from each()
        except Error as error:
            reason = " ".join(str(error).split())
            yield Finding(subject, PROBLEM, reason, "start the database, or mend DATABASE_URL")
            if each is database:
                return
