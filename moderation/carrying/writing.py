"""A board's lines to a file.

The first line says what the file is, the last one how many lines of each kind came before and the
SHA-256 of all their bytes, so that what was cut off or changed is known before it is believed.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

FORMAT = "rboard board"
VERSION = 1
STANDARD_OUTPUT = "-"
HEADER, END = FRAME = ("header", "end")


class Writer:
    """Writes lines and counts them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.counts: Counter[str] = Counter()

    def write(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        # What no UTF-8 can hold, no text here holds; were it so, the file would be none.
        data = text.encode() + b"\n"
        self._file.write(data)
        self._digest.update(data)
        self.counts[line["kind"]] += 1

    def end(self) -> None:
        counts = {kind: count for kind, count in self.counts.items() if kind != HEADER}
        lines_before = self.counts.total()
        digest = self._digest.hexdigest()
        self.write({"kind": END, "lines": lines_before, "counts": counts, "sha256": digest})


@contextmanager
def written(name: str) -> Iterator[Writer]:
    """A file that is there when all of it is; `-` for standard output, .zst to pack it.

    Nobody but its owner may read it: boards may be private. Raises OSError.
    """
    if name == STANDARD_OUTPUT:
        yield Writer(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        raise OSError(f"{name} is no file")
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OSError(f"{path.parent} can't be written into: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            if path.suffix == ".zst":
                with zstandard.ZstdCompressor(write_checksum=True).stream_writer(
                    file, closefd=False
                ) as packed:
                    yield Writer(packed)
            else:
                yield Writer(file)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(part).unlink()
        raise
