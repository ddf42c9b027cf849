"""Files beside the database, wherever Django's default storage keeps them.

rboard itself stores none today; a site that was taught to has them in its backups.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from rboard.backups.errors import BackupError

LONGEST_NAME, LONGEST_PATH = 255, 1024  # bytes; as file systems and S3 have them


def have_a_place() -> bool:
    """Whether the site was given a storage for files.

    Without MEDIA_ROOT that of Django is the current folder, whatever that is.
    """
    return not isinstance(default_storage, FileSystemStorage) or bool(default_storage.base_location)


def names() -> Iterator[str]:
    """Of all files in the default storage."""
    if have_a_place():
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


def refuse_what_has_no_place(wanted: list[str]) -> None:
    """Raises BackupError unless files of all these names can be kept, and nothing else is hit."""
    if wanted and not have_a_place():
        raise BackupError(
            f"the backup holds uploads ({len(wanted)}), and this site has no place for them: "
            "give it the storage that it had"
        )
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
    """Write a file in the place of the one of that name. Raises OSError."""
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, File(content, name))
