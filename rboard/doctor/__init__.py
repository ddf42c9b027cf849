"""What an operator gets wrong, looked at one thing after the other.

Each look yields what it found: good, or a warning or a problem with the way to mend it.

findings   what that is
databases  the database, its replica, and whether it takes changes
services   cache, mail and uploads
web        the public address, static files, Django's own checks
machine    secrets and the disk
content    operator, comment trees, counters
"""

from collections.abc import Iterator

from django.db import Error, connection

from rboard.doctor.content import counters, operator, trees
from rboard.doctor.databases import clock, database, migrations, read_only, replica
from rboard.doctor.findings import GOOD, PROBLEM, WARNING, Finding, Look
from rboard.doctor.machine import disk, secret
from rboard.doctor.services import cache, mail, uploads
from rboard.doctor.web import address, deployment, static_files

__all__ = ["GOOD", "PROBLEM", "QUICK", "THOROUGH", "WARNING", "Finding", "Look", "look"]

QUICK: tuple[Look, ...] = (
    database,
    migrations,
    read_only,
    replica,
    cache,
    mail,
    uploads,
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
    is_old = False
    for each in looks:
        try:
            for finding in each():
                is_old |= each is migrations and finding.level == PROBLEM
                yield finding
        except Error as error:
            if is_old:
                continue  # a table that is not made yet; `migrations` told how to mend that
            subject = each.__name__.replace("_", " ")
            yield Finding(subject, PROBLEM, " ".join(str(error).split()), _mend())
            if each is database:
                yield from disk() if disk in looks else ()  # which may be why
                return


def _mend() -> str:
    if connection.vendor == "sqlite":
        return "make room on its disk, or mend DATABASE_URL"
    return "start the database, or mend DATABASE_URL"
