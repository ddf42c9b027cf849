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

from django.db import Error

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
    for each in looks:
        subject = each.__name__.replace("_", " ")
        try:
            yield from each()
        except Error as error:
            reason = " ".join(str(error).split())
            yield Finding(subject, PROBLEM, reason, "start the database, or mend DATABASE_URL")
            if each is database:
                return
