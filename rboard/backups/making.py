"""`manage.py backup`: one file, made while the site runs, there whole or not at all."""

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from discussions import progress
from rboard import __version__
from rboard.backups import uploads
from rboard.backups.archive import FORMAT, MANIFEST, writing
from rboard.backups.contents import SOMEBODY, Contents
from rboard.backups.errors import BackupError
from rboard.backups.postgresql import PostgreSQL
from rboard.backups.sqlite import SQLite

NAMED = re.compile(r"rboard-\d{8}-\d{6}\.tar\.zst")
WORK = ".rboard-backup-"

Database = SQLite | PostgreSQL


@dataclass
class Made:
    """A backup that was made."""

    path: Path
    size: int  # bytes
    seconds: float
    kind: str
    contents: Contents
    uploads: int
    deleted: list[Path] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.path),
            "bytes": self.size,
            "seconds": round(self.seconds, 2),
            "database": self.kind,
            "tables": len(self.contents.tables),
            "rows": self.contents.rows,
            "uploads": self.uploads,
            "deleted": [str(path) for path in self.deleted],
        }


def site() -> Database:
    """The database of this site."""
    return PostgreSQL(connection) if connection.vendor == "postgresql" else SQLite(connection)


def backup(target: Path, *, keep: int | None = None, quiet: bool = False) -> Made:
    """Back the site up into a file, or into a folder under a name of the moment.

    `keep`: so many of the newest backups in the folder are kept, others deleted when this one is
    there. Raises BackupError or OSError.
    """
    began = time.monotonic()
    is_folder = target.is_dir()
    if keep is not None and not is_folder:
        raise BackupError(f"--keep is for a folder of backups: make the folder {target} first")
    path = _free_name(target) if is_folder else target
    _judge(path)
    with _workshop(path.parent) as folder:
        packed = folder / path.name
        contents, count = _make(site(), folder, packed, quiet=quiet)
        with _locked(path.parent, wait=True):
            if is_folder and path.exists():  # another one was made in the same moment
                path = _free_name(target)
            _judge(path)
            _put(packed, path)
    made = Made(path, path.stat().st_size, time.monotonic() - began, site().kind, contents, count)
    # A site where nobody is may be the wrong one: the backups of the right one stay.
    if keep is not None and any(contents.tables[name].rows for name in SOMEBODY):
        made.deleted = _delete_older(path, keep)
    return made


def _free_name(folder: Path) -> Path:
    """That of this moment, or of the next that no other backup has."""
    moment = datetime.now(UTC)
    while (path := folder / f"rboard-{moment:%Y%m%d-%H%M%S}.tar.zst").exists():
        moment += timedelta(seconds=1)
    return path


def _judge(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} is there already: name a new file, or a folder")


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder that only we may read, gone with the block.

    It is locked while it is used: what a process left that was killed goes with the next backup.
    """
    for left in folder.glob(f"{WORK}*"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left)
    try:
        workshop = tempfile.TemporaryDirectory(prefix=WORK, dir=folder)
    except OSError as error:
        raise BackupError(
            f"{folder} must be a folder that rboard's user can write into: {error.strerror}"
        ) from error
    with workshop as name, _locked(Path(name)):
        yield Path(name)


@contextmanager
def _locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Raises OSError if another process has it locked and it is not waited for."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(number)


def _make(database: Database, folder: Path, path: Path, *, quiet: bool) -> tuple[Contents, int]:
    """Write a backup; what was in the database, and how many uploads there are."""
    with progress.bar("Copying", None, "B", quiet=quiet) as advance:
        copy, contents = database.copy(folder, advance)
    if not contents.tables.keys() >= {*SOMEBODY}:
        raise BackupError(
            "the database holds no rboard: is DATABASE_URL that of the site? "
            "A new one needs migrate"
        )
    # After the database, so that all files it knows of are there.
    names = list(uploads.names())
    size = copy.stat().st_size
    path.touch(mode=0o600, exist_ok=False)
    with (
        path.open("wb") as file,
        progress.bar("Packing", size, "B", quiet=quiet) as advance,
        writing(file, advance) as archive,
    ):
        manifest = json.dumps(_manifest(database, contents, len(names)))
        archive.add_bytes(MANIFEST, manifest.encode())
        with copy.open("rb") as content:
            archive.add(database.part, content, size)
        for name in names:
            uploads.put_into(archive, name)
    return contents, len(names)


def _manifest(database: Database, contents: Contents, count: int) -> dict[str, Any]:
    return {
        "program": "rboard",
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": database.kind,
        "database_version": database.version(),
        "uploads": count,
        "contents": contents.as_json(),
    }


def _put(made: Path, path: Path) -> None:
    """Give a finished file its name, safe from a power cut."""
    _to_disk(made)
    made.rename(path)
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _delete_older(made: Path, keep: int) -> list[Path]:
    """Delete all backups that were named here but the newest, of which the one just made is one.

    By its name it need not be: the clock may have been ahead once.
    """
    named = (path for path in made.parent.iterdir() if NAMED.fullmatch(path.name))
    others = sorted((path for path in named if path != made), reverse=True)
    old = others[keep - 1 :][::-1]
    for path in old:
        path.unlink()
    return old
