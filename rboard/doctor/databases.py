"""The database and its replica."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, connections
from django.utils import timezone

from rboard import replica_lag
from rboard.doctor.findings import PROBLEM, WARNING, Finding, good
from rboard.health import missing_migrations
from rboard.models import ReadOnly

OLDEST_POSTGRESQL = 13
CLOCK_SECONDS = 5.0
# All servers of a cluster have the same number.
PRIMARY = "SELECT system_identifier FROM pg_control_system()"
REPLICA = f"""SELECT pg_is_in_recovery(), ({PRIMARY}),
coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)"""


def database() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        yield _file()
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


def _file() -> Finding:
    path = Path(str(connection.settings_dict["NAME"]))
    if not connection.is_in_memory_db():  # type: ignore[attr-defined]
        if not path.exists():  # to connect would make it
            raise Error(f"there is no file {path}; a new one is made by manage.py migrate")
        # SQLite writes beside its file too.
        for each in (path, path.parent):
            if not os.access(each, os.W_OK):
                found, mend = f"{each} can't be written", "give it to rboard's user"
                return Finding("database", PROBLEM, found, mend)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA schema_version")  # which reads the file
    return good("database", f"SQLite, {path}")


def migrations() -> Iterator[Finding]:
    missing = missing_migrations()
    if missing:
        yield Finding(
            "migrations", PROBLEM, f"{len(missing)} missing: {missing[0]} …", "manage.py migrate"
        )
    else:
        yield good("migrations", "all applied")


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


def read_only() -> Iterator[Finding]:
    """Whether the site takes changes: by the operators' will, or because PostgreSQL takes none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'"
            )
            is_standby, refuses = cursor.fetchone()
        if is_standby or refuses:
            found = "is a standby" if is_standby else "has default_transaction_read_only"
            mend = "name the primary in DATABASE_URL" if is_standby else "take that away from it"
            yield Finding("read only", PROBLEM, f"PostgreSQL takes no changes: it {found}", mend)
            return
    if ReadOnly._meta.db_table not in connection.introspection.table_names():
        return  # `migrations` tells why
    notice = ReadOnly.objects.first()
    if notice:
        since = notice.since.isoformat(timespec="seconds")
        reason = f": {notice.reason}" if notice.reason else ""
        found = f"since {since} the site takes no changes{reason}"
        yield Finding("read only", WARNING, found, "manage.py readonly off")
    else:
        yield good("read only", "off")


def replica() -> Iterator[Finding]:
    if replica_lag.ALIAS not in settings.DATABASES:
        return
    try:
        yield _of_replica()
    except Error as error:
        # The site goes on without it.
        reason = " ".join(str(error).split())
        yield Finding("replica", WARNING, reason, "start it, or mend DATABASE_REPLICA_URL")
    finally:
        connections[replica_lag.ALIAS].close()


def _of_replica() -> Finding:
    with connections[replica_lag.ALIAS].cursor() as cursor:
        cursor.execute(REPLICA)
        is_standby, its_primary, seconds = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute(PRIMARY)
        [ours] = cursor.fetchone()
    if not is_standby:
        found = "DATABASE_REPLICA_URL names no replica, and nothing is read from it"
        return Finding("replica", PROBLEM, found, "name a streaming replica there, or nothing")
    if its_primary != ours:
        found = "DATABASE_REPLICA_URL names a replica of another database"
        return Finding("replica", PROBLEM, found, "name one of the database of DATABASE_URL")
    if replica_lag.state() != "ok":
        found = f"it is behind, by {seconds:,.0f} s since the last change that it has"
        return Finding("replica", WARNING, found, "look at its log, its disk and the network")
    return good("replica", f"it is behind by {settings.DATABASE_REPLICA_LAG} s at most")
