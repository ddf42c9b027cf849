"""Files beside the database, wherever UPLOADS_URL keeps them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from rboard.backups.archive import UPLOADS, Writer
from rboard.backups.errors import BackupError
from rboard.uploads import failures

IN_MEMORY = 1024**2  # bytes
LONGEST_NAME, LONGEST_PATH = 255, 1024  # bytes; as file systems and S3 have them


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


def refuse_what_has_no_place(wanted: list[str]) -> None:
    """Raises BackupError unless files of all these names can be kept, and nothing else is hit."""
    above = {str(folder) for name in wanted for folder in PurePosixPath(name).parents}
    if above.intersection(wanted):
        raise BackupError("the backup holds a folder and a file of one name among its uploads")
    for name in wanted:
        if not (_is_plain(name) and _is_free(name)):
            raise BackupError(f"the backup holds an upload whose name leads elsewhere: {name!r}")


def _is_plain(name: str) -> bool:
    """Whether it names one file below the storage, everywhere."""
    parts = name.split("/")
    try:
        sizes = [len(part.encode(errors="surrogateescape")) for part in parts]
    except UnicodeEncodeError:
        return False
    return (
        not {"", ".", ".."}.intersection(parts)
        and not {"\\", "\0"}.intersection(name)
        and max(sizes) <= LONGEST_NAME
        and sum(sizes) + len(sizes) <= LONGEST_PATH
    )


def _is_free(name: str) -> bool:
    """Whether no folder is there, nor a file where its folder must be."""
    if not isinstance(default_storage, FileSystemStorage):
        return True
    root, path = Path(default_storage.location), Path(default_storage.path(name))
    try:
        folders = [folder for folder in path.parents if folder.is_relative_to(root)]
        return not path.is_dir() and all(
            folder.is_dir() or not os.path.lexists(folder) for folder in folders
        )
    except OSError:
        return False


def keep(name: str, content: IO[bytes]) -> None:
    """Write a file in the place of the one of that name. Raises BackupError or OSError."""
    with SpooledTemporaryFile(IN_MEMORY) as file, _told():
        shutil.copyfileobj(content, file)  # a bucket's storage goes to and fro in it
        file.seek(0)
        if default_storage.exists(name):
            default_storage.delete(name)
        default_storage.save(name, File(file, name))


@contextmanager
def _told() -> Iterator[None]:
    """Raises BackupError where the storage fails."""
    try:
        yield
    except FileNotFoundError:
        raise
    except failures() as error:
        raise BackupError(f"the uploads of UPLOADS_URL: {error}") from error
