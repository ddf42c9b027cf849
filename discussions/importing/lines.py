"""The objects of an archive file: newline-delimited JSON, plain or compressed with Zstandard."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

# Bytes. A real line has at most some hundred thousand.
LONGEST_LINE = 16 * 1024 * 1024
# Archives are compressed with windows of up to 2 GiB ("--long=31").
LARGEST_WINDOW = 2**31
# Small, because 4 KiB of a hostile archive can unpack to 128 MiB.
COMPRESSED_CHUNK = 4 * 1024
PLAIN_CHUNK = 256 * 1024

_ZSTD = b"\x28\xb5\x2f\xfd"
_FOREIGN = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}

# Told what is wrong and where: the file, the line's number (0 for the file as a whole), why.
Tell = Callable[[Path, int, str], None]


class Unreadable(Exception):
    """The file can't be read at all; the message says why."""


def check_readable(path: Path) -> None:
    """Raises Unreadable if the file can't be opened."""
    try:
        if not path.is_fifo():  # who writes into one would be told that nobody reads
            path.open("rb").close()
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}") from error


def objects(
    path: Path, tell: Tell, advance: Callable[[int], Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of the file with its line number; what is no object is told of and passed over.

    `advance` is called with the number of bytes read from the disk. Raises Unreadable.
    """
    for number, line in raw(path, lambda why: tell(path, 0, why), advance):
        try:
            found = object_of(line)
        except ValueError as error:
            tell(path, number, str(error))
            continue
        if found is not None:
            yield number, found


def raw(
    path: Path,
    warn: Callable[[str], None],
    advance: Callable[[int], Any],
    largest_window: int = LARGEST_WINDOW,
) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number, unpacked; None for one that is too long to be held.

    `warn` is told why what follows is lost. Raises Unreadable.
    """
    try:
        with path.open("rb") as file:
            yield from _lines(_chunks(file, warn, advance, largest_window))
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}") from error


def _chunks(
    file: BinaryIO,
    warn: Callable[[str], None],
    advance: Callable[[int], Any],
    largest_window: int,
) -> Iterator[bytes]:
    """The file's content, unpacked."""
    start = file.read(COMPRESSED_CHUNK)
    for magic, name in _FOREIGN.items():
        if start.startswith(magic):
            raise Unreadable(f"{file.name} is packed with {name}: unpack it first")
    packed = start.startswith(_ZSTD)
    size = COMPRESSED_CHUNK if packed else PLAIN_CHUNK

    def read() -> Iterator[bytes]:
        chunk = start
        while chunk:
            yield chunk
            advance(len(chunk))
            chunk = file.read(size)

    return _unpacked(read(), warn, largest_window) if packed else read()


def _unpacked(
    chunks: Iterator[bytes], warn: Callable[[str], None], largest_window: int
) -> Iterator[bytes]:
    """Unpack one frame after the other; a fault ends it, keeping what came before."""
    context = zstandard.ZstdDecompressor(max_window_size=largest_window)
    frame, inside = context.decompressobj(), False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                yield frame.decompress(rest)
                inside, rest = not frame.eof, frame.unused_data
                if not inside:
                    frame = context.decompressobj()
    except zstandard.ZstdError as error:
        warn(f"the compressed data is damaged, what follows is lost ({error})")
        return
    if inside:
        warn("the file is cut short: its compressed data ends in the middle, what follows is lost")


def _lines(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None for one that is too long to be held."""
    number, tail, too_long = 1, bytearray(), False
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield number, None if too_long else bytes(tail) + line
            number, tail, too_long = number + 1, bytearray(), False
        too_long = too_long or len(tail) + len(rest) > LONGEST_LINE
        tail = bytearray() if too_long else tail + rest
    if tail or too_long:
        yield number, None if too_long else bytes(tail)


def object_of(line: bytes | None) -> dict[str, Any] | None:
    """The object on a line, None for a blank line. Raises ValueError, saying what is wrong."""
    if line is None or len(line) > LONGEST_LINE:
        raise ValueError(f"the line is longer than {LONGEST_LINE // 1024**2} MiB")
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8") from None
    if not text:
        return None
    found = _json(text)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("the JSON nests too deeply") from None
    except ValueError:
        raise ValueError("the JSON holds a number with too many digits") from None
