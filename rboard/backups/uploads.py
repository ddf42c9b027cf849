"""Files beside the database, wherever UPLOADS_URL keeps them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage

from rboard.backups.archive import UPLOADS, Writer
from rboard.backups.errors import BackupError
from rboard.uploads import failures

IN_MEMORY = 1024**2  # bytes


def names() -> Iterator[str]:
    """Of all files in the default storage."""
    with _told():
        yield from _below("")


def _below(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _below(f"{folder}{name}/")


def put_into(archive: Writer, name: str) -> None:
    """Add a file to an archive."""
    # One may be deleted while we go through them.
    with suppress(FileNotFoundError):
        with _told():
            file, size = default_storage.open(name, "rb"), default_storage.size(name)
            file.read(0)  # from a bucket all of it comes here
        with file:
            archive.add(UPLOADS + name, file, size)


def keep(name: str, content: IO[bytes]) -> None:
    """Put a file into the storage, in the place of one of that name."""
    try:
        with SpooledTemporaryFile(IN_MEMORY) as file, _told():
            shutil.copyfileobj(content, file)  # a bucket's storage goes to and fro in it
            file.seek(0)
            if default_storage.exists(name):
                default_storage.delete(name)
            default_storage.save(name, File(file, name))
    except SuspiciousFileOperation as error:
        raise BackupError(
            f"the backup holds a file with a name that leads elsewhere: {name!r}"
        ) from error


@contextmanager
def _told() -> Iterator[None]:
    """Raises BackupError where the storage fails."""
    try:
        yield
    except FileNotFoundError:
        raise
    except failures() as error:
        raise BackupError(f"the uploads of UPLOADS_URL: {error}") from error
