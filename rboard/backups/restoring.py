"""`manage.py restore`: what is in a backup, whether it is good, and its way into a site."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from discussions import progress
from rboard import guest_pages
from rboard.backups import archive, uploads
from rboard.backups.archive import UPLOADS, Part, Reader, State
from rboard.backups.contents import Contents, differences, text
from rboard.backups.errors import BackupError
from rboard.backups.making import Database, site
from rboard.doctor import GOOD, PROBLEM, Finding, look
from rboard.doctor.content import counters, trees


@dataclass
class Backup:
    """A file that was read to its end and is whole."""

    path: Path
    version: str  # of the rboard that made it
    made_at: str
    kind: str
    contents: Contents
    names: list[str]  # of uploads
    signed: bool  # with this site's secret
    state: State  # of the file
    unknown: list[str]  # migrations that this code lacks
    missing: list[str]  # migrations that came since

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.path),
            "version": self.version,
            "made_at": self.made_at,
            "database": self.kind,
            "uploads": len(self.names),
            "signed": self.signed,
            "rows": {name: table.rows for name, table in self.contents.tables.items()},
            "unknown_migrations": self.unknown,
            "missing_migrations": self.missing,
        }


def read(path: Path, *, quiet: bool = False) -> Backup:
    """Read a backup to its end. Raises BackupError if it is none or not whole."""
    size = path.stat().st_size if path.is_file() else None
    with progress.bar("Reading", size, "B", quiet=quiet) as advance:
        whole = archive.read(path, advance)
    said = whole.manifest
    try:
        contents = Contents.from_json(said["contents"])
        version, made_at, kind = (text(said[name]) for name in ("version", "made_at", "database"))
    except (KeyError, ValueError) as error:
        raise BackupError(archive.foreign(path)) from error
    graph = MigrationLoader(None).graph
    known = {".".join(node) for node in graph.nodes}
    ours = {name.partition(".")[0] for name in known}
    applied = [name for name in contents.migrations if name.partition(".")[0] in ours]
    return Backup(
        path=path,
        version=version,
        made_at=made_at,
        kind=kind,
        contents=contents,
        names=[name.removeprefix(UPLOADS) for name in whole.names if name.startswith(UPLOADS)],
        signed=whole.signed,
        state=whole.state,
        unknown=[name for name in applied if name not in known],
        missing=sorted(known - set(applied)),
    )


def refuse_what_does_not_fit(backup: Backup, database: Database, *, trust: bool) -> None:
    """Raises BackupError if this site can't take the backup, or should not be given it."""
    if not (backup.signed or trust):
        raise BackupError(
            f"{backup.path} is not signed with this site's SECRET_KEY: somebody else may have made "
            "it, and what it holds can do all that rboard and the database's user may. Set "
            "the SECRET_KEY of the site that made it, or add --trust if you know where it is from"
        )
    if backup.kind != database.kind:
        raise BackupError(
            f"{backup.path} is of a site on {backup.kind}, this one is on {database.kind}: "
            "restore it there, and carry the boards over by export_board and import_board"
        )
    if backup.unknown:
        raise BackupError(
            f"{backup.path} is of a newer rboard ({backup.version}), whose {backup.unknown[-1]} "
            "is not known here: upgrade first"
        )


def verify(
    backup: Backup, *, into: str = "", trust: bool = False, quiet: bool = False
) -> list[str]:
    """Restore into a database of nobody, and say what is not as it was; [] if all is well.

    `trust`: also a backup that this site has not signed.
    """
    database = site()
    refuse_what_does_not_fit(backup, database, trust=trust)
    with database.scratch(into) as scratch:
        _load(backup, scratch, quiet=quiet)
        found = list(differences(backup.contents, scratch.contents()))
        with _in_place_of_the_site(scratch.connection):
            if backup.missing:
                call_command("migrate", interactive=False, verbosity=0)
            found += [
                f"{finding.subject}: {finding.found}"
                for finding in look((search, trees, counters))
                if finding.level != GOOD
            ]
    return found


def search() -> Iterator[Finding]:
    """SQLite keeps the words of the search out of sight; PostgreSQL's are a table like others."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        rows = "FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE %% USING fts5%%'"
        cursor.execute(f"SELECT name {rows}", [])
        for (name,) in cursor.fetchall():
            try:
                cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            except DatabaseError as error:
                found = f"{name} does not hold the words of its texts, or can't be read: {error}"
                yield Finding("search", PROBLEM, found)


def apply(
    backup: Backup, *, replace: bool = False, trust: bool = False, quiet: bool = False
) -> None:
    """Put the backup into this site. Raises BackupError, which says what is known then."""
    database = site()
    refuse_what_does_not_fit(backup, database, trust=trust)
    if not replace and not (database.is_empty() and not any(uploads.names())):
        raise BackupError(
            "the site is not empty: with --replace all that is in it is given up for the backup"
        )
    # What can't be kept is refused while the site is still as it was.
    uploads.refuse_what_has_no_place(backup.names)
    _load(backup, database, quiet=quiet)
    _keep_uploads(backup)
    with suppress(*guest_pages.CACHE_ERRORS):
        guest_pages.stamps.renew([guest_pages.EVERYTHING])


def _load(backup: Backup, database: Database, *, quiet: bool) -> None:
    with progress.bar("Restoring", backup.path.stat().st_size, "B", quiet=quiet) as advance:
        for name, content in _parts(backup, advance):
            if name == database.part:
                database.load(content, ours=backup.signed)
                return
    raise BackupError(f"{backup.path} holds no database")


def _keep_uploads(backup: Backup) -> None:
    for name, content in _parts(backup):
        if not name.startswith(UPLOADS):
            continue
        name = name.removeprefix(UPLOADS)
        try:
            uploads.keep(name, content)
        except (BackupError, OSError, SuspiciousFileOperation) as error:
            raise BackupError(
                f"the database is that of the backup now, but not all uploads are there: {name!r} "
                f"could not be written ({error}); mend that, and restore again with --replace"
            ) from error


def _parts(backup: Backup, advance: Callable[[int], Any] = lambda _count: None) -> Iterator[Part]:
    return Reader(backup.path, advance, backup.state).parts()


@contextmanager
def _in_place_of_the_site(other: BaseDatabaseWrapper) -> Iterator[None]:
    """Whatever asks the database in this block asks the other one."""
    own = connections["default"]
    connections["default"] = other
    try:
        yield
    finally:
        connections["default"] = own
        other.close()
