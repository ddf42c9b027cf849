"""The cache, the mail server, and where uploads are kept."""

from collections.abc import Iterator

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.mail import get_connection

from rboard.doctor.findings import PROBLEM, WARNING, Finding, good
from rboard.health import cache_state
from rboard.uploads import failures

PROBE = "doctor-looks.txt"


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
    except (OSError, ValueError) as error:  # what smtplib raises is one; of a host's odd name
        yield Finding("mail", PROBLEM, f"{server}: {error}", "mend EMAIL_URL, or the mail server")
    else:
        yield good("mail", f"{server} lets us in")


def uploads() -> Iterator[Finding]:
    """Writes, reads and deletes a file, as who may do one of them may not do another."""
    try:
        name = default_storage.save(PROBE, ContentFile(b"well"))
        try:
            with default_storage.open(name, "rb") as file:
                is_same = file.read() == b"well"
        finally:
            default_storage.delete(name)
    except failures() as error:
        # Members upload nothing yet.
        yield Finding("uploads", WARNING, f"none can be kept: {error}", "mend UPLOADS_URL")
        return
    if is_same:
        yield good("uploads", _kept_where())
    else:
        yield Finding("uploads", WARNING, "what comes back is not what went in", "mend UPLOADS_URL")


def _kept_where() -> str:
    if isinstance(default_storage, FileSystemStorage):
        return f"in the folder {default_storage.location}"
    return f"in the bucket {getattr(default_storage, 'bucket_name', '')}"
