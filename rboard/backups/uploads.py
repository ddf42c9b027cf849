"""Files beside the database, wherever Django's default storage keeps them.

rboard itself stores none today; a site that was taught to has them in its backups.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage


def names() -> Iterator[str]:
    """Of all files in the default storage."""
    # Without MEDIA_ROOT the storage of Django is the current folder, whatever that is.
    if isinstance(default_storage, FileSystemStorage) and not settings.MEDIA_ROOT:
        return
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
