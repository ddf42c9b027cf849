"""Backups as somebody else could make them."""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import zstandard

from rboard.backups import signature
from rboard.backups.archive import SIGNATURE, SUMS


def unpacked(path: Path) -> list[tuple[str, bytes]]:
    """All parts as they are in a file."""
    with (
        zstandard.ZstdDecompressor().stream_reader(path.open("rb")) as file,
        tarfile.open(fileobj=file, mode="r|") as tar,
    ):
        return [(info.name, _content(tar, info)) for info in tar]


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(info)
    assert file is not None
    return file.read()


def pack(path: Path, parts: Iterable[tuple[str, bytes]]) -> None:
    """Write parts as they are given."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in parts:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    path.write_bytes(zstandard.compress(file.getvalue()))


def pack_whole(path: Path, parts: Iterable[tuple[str, bytes]], *, secret: str = "") -> None:
    """Write parts and their right checksums, signed by who knows a secret, or by nobody."""
    kept = [(name, content) for name, content in parts if name not in {SUMS, SIGNATURE}]
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in kept]
    sums = "".join(lines).encode()
    end = [(SIGNATURE, signature.of(sums, secret).encode())] if secret else []
    pack(path, [*kept, (SUMS, sums), *end])
