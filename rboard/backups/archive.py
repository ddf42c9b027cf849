"""The file of a backup: a tar compressed with zstandard, which `tar --zstd -xf` opens too.

manifest.json                      what it is, and what the database holds
database.sqlite3 or database.dump  the copy, as SQLite or pg_restore reads it
uploads/…                          files beside the database
SHA256SUMS                         of all these; a file that was cut off lacks it
SHA256SUMS.hmac                    its signature
"""

import hashlib
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import zstandard

from rboard.backups import signature
from rboard.backups.errors import BackupError

FORMAT = 1
MANIFEST, SUMS, SIGNATURE = "manifest.json", "SHA256SUMS", "SHA256SUMS.hmac"
UPLOADS = "uploads/"
LARGEST_MANIFEST = 64 * 1024**2
LONGEST_SIGNATURE = 1024
MAGIC = b"\x28\xb5\x2f\xfd"  # what zstandard's files begin with
CHUNK = 1024**2


class _Hashed:
    """A file that is read once: what went by is hashed and counted."""

    def __init__(self, file: IO[bytes], advance: Callable[[int], Any]) -> None:
        self.file, self.advance = file, advance
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.hash.update(chunk)
        self.advance(len(chunk))
        return chunk


class Writer:
    """Takes the parts of a backup, one after the other."""

    def __init__(self, tar: tarfile.TarFile, advance: Callable[[int], Any]) -> None:
        self.tar, self.advance = tar, advance
        self.sums: dict[str, str] = {}

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        hashed = _Hashed(file, self.advance)
        self.tar.addfile(info, hashed)
        self.sums[name] = hashed.hash.hexdigest()

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, BytesIO(content), len(content))

    def end(self) -> None:
        sums = _listed(self.sums)
        self.add_bytes(SUMS, sums)
        self.add_bytes(SIGNATURE, signature.of(sums).encode())


def _listed(sums: dict[str, str]) -> bytes:
    """As `sha256sum` lists them."""
    lines = [f"{digest}  {name}\n" for name, digest in sums.items()]
    return "".join(lines).encode(errors="surrogateescape")


@contextmanager
def writing(file: IO[bytes], advance: Callable[[int], Any]) -> Iterator[Writer]:
    """Write an archive into an open file; it is whole only when the block ends well."""
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    with (
        compressor.stream_writer(file, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        writer = Writer(tar, advance)
        yield writer
        writer.end()


Part = tuple[str, IO[bytes]]
State = tuple[int, ...]


class Reader:
    """Reads a backup from its first byte to its last."""

    def __init__(
        self, path: Path, advance: Callable[[int], Any], state: State | None = None
    ) -> None:
        self.path, self.advance = path, advance
        self.state = state  # in which the file has to be, if it was read before
        self.broken = f"{path} is no whole backup: it is cut off or damaged"
        self.signed = False  # whether this site signed it; known behind the last part
        self._sums: dict[str, str] = {}

    def parts(self) -> Iterator[Part]:
        """Each part's name and content, to be read in this order; then all are proved whole.

        Raises BackupError if it is none, or not whole.
        """
        try:
            with self.path.open("rb") as file:
                if file.read(len(MAGIC)) != MAGIC:
                    raise BackupError(foreign(self.path))
                file.seek(0)
                self._look(file)
                yield from self._proved(_members(_Hashed(file, self.advance)))
        except OSError as error:
            raise BackupError(f"{self.path} can't be read: {error.strerror or error}") from error
        except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
            raise BackupError(self.broken) from error

    def _look(self, file: IO[bytes]) -> None:
        """Whether it is still the file whose signature was seen."""
        stat = os.fstat(file.fileno())
        state = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_ctime_ns)
        if self.state not in {None, state}:
            raise BackupError(f"{self.path} was changed since it was read: do it again")
        self.state = state

    def _proved(self, members: Iterator[Part]) -> Iterator[Part]:
        for name, content in members:
            if name == SUMS:
                self._end(content.read(), members)
                return
            hashed = _Hashed(content, lambda _count: None)
            yield name, hashed  # type: ignore[misc]
            while hashed.read(CHUNK):
                pass
            self._sums[name] = hashed.hash.hexdigest()
        raise BackupError(self.broken)

    def _end(self, sums: bytes, members: Iterator[Part]) -> None:
        if sums != _listed(self._sums):
            raise BackupError(self.broken)
        for name, content in members:
            if name != SIGNATURE or self.signed:
                raise BackupError(self.broken)
            said = content.read(LONGEST_SIGNATURE).decode(errors="replace")
            self.signed = signature.is_ours(sums, said)


def _members(file: Any) -> Iterator[Part]:
    with zstandard.ZstdDecompressor().stream_reader(
        file, closefd=False, read_across_frames=True
    ) as unpacked:
        with tarfile.open(fileobj=unpacked, mode="r|") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isfile() else None
                if content is not None:
                    yield info.name, content
        while rest := unpacked.read(CHUNK):
            if rest.strip(b"\0"):
                raise tarfile.TarError


@dataclass(frozen=True)
class Whole:
    """What is known of a backup that was read to its end and is whole."""

    manifest: dict[str, Any]
    names: list[str]  # of all parts
    signed: bool  # by this site
    state: State  # of the file


def foreign(path: Path) -> str:
    """What is said of a file whose beginning is not rboard's: a changed byte can do that too."""
    return f"{path} is no backup that rboard made, or it is damaged"


def read(path: Path, advance: Callable[[int], Any]) -> Whole:
    """Read a backup to its end. `advance` is told of bytes of the file. Raises BackupError."""
    reader, names = Reader(path, advance), []
    manifest: dict[str, Any] | None = None
    for name, content in reader.parts():
        names.append(name)
        if manifest is None:
            manifest = _manifest(path, name, content)
    if manifest is None or reader.state is None:
        raise BackupError(foreign(path))
    return Whole(manifest, names, reader.signed, reader.state)


def _manifest(path: Path, name: str, content: IO[bytes]) -> dict[str, Any]:
    if name != MANIFEST:
        raise BackupError(foreign(path))
    try:
        said = json.loads(content.read(LARGEST_MANIFEST))
    except (ValueError, RecursionError) as error:
        raise BackupError(foreign(path)) from error
    if not isinstance(said, dict) or said.get("program") != "rboard":
        raise BackupError(foreign(path))
    if type(said.get("format")) is not int:
        raise BackupError(foreign(path))
    if said["format"] != FORMAT:
        raise BackupError(
            f"{path} was made by another version of rboard (format {said['format']}, "
            f"this one reads {FORMAT}): restore it with that one"
        )
    return said
