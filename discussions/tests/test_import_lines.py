"""importing.lines: an archive file's objects, whatever is wrong with it."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from discussions.importing import lines
from discussions.importing.lines import Unreadable, check_readable, objects

GOOD = [{"id": str(number), "body": "é" * number} for number in range(200)]
TEXT = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in GOOD).encode()


class Told(list[tuple[int, str]]):
    def __call__(self, path: Path, number: int, why: str) -> None:
        self.append((number, why))


def read(path: Path) -> tuple[list[tuple[int, object]], Told]:
    told = Told()
    return list(objects(path, told, lambda size: None)), told


def read_bytes(folder: Path, content: bytes) -> tuple[list[tuple[int, object]], Told]:
    path = folder / "archive"
    path.write_bytes(content)
    return read(path)


def test_it_reads_plain_lines_with_their_numbers(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, TEXT) == (list(enumerate(GOOD, 1)), [])


def test_it_needs_no_end_of_the_last_line(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, TEXT.rstrip(b"\n"))[0] == list(enumerate(GOOD, 1))


def test_it_bears_blank_lines_foreign_line_ends_and_a_mark_of_utf_8(tmp_path: Path) -> None:
    found, told = read_bytes(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\r\n \n{"a": 2}\r\n')
    assert found == [(1, {"a": 1}), (4, {"a": 2})]
    assert not told


def test_it_reads_zstandard(tmp_path: Path) -> None:
    content = zstandard.ZstdCompressor().compress(TEXT)
    assert read_bytes(tmp_path, content) == (list(enumerate(GOOD, 1)), [])


def test_it_reads_several_frames(tmp_path: Path) -> None:
    """As tools write that compress in parallel; a line may lie in two frames."""
    pack = zstandard.ZstdCompressor().compress
    content = pack(TEXT[:1001]) + pack(b"") + pack(TEXT[1001:])
    assert read_bytes(tmp_path, content) == (list(enumerate(GOOD, 1)), [])


def test_it_reads_the_windows_that_archives_are_packed_with(tmp_path: Path) -> None:
    settings = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    content = packer.compress(TEXT) + packer.flush()
    assert zstandard.get_frame_parameters(content).window_size == 2**31
    assert read_bytes(tmp_path, content) == (list(enumerate(GOOD, 1)), [])


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.99])
def test_it_keeps_what_came_before_a_file_was_cut_short(tmp_path: Path, cut: float) -> None:
    pack = zstandard.ZstdCompressor().compress
    content = pack(TEXT) + pack(TEXT * 50)
    found, told = read_bytes(tmp_path, content[: int(len(content) * cut)])
    if cut > 0.5:
        assert found[:200] == list(enumerate(GOOD, 1))
    assert any("cut short" in why for number, why in told if number == 0)


def test_it_keeps_what_came_before_damage(tmp_path: Path) -> None:
    pack = zstandard.ZstdCompressor().compress
    found, told = read_bytes(tmp_path, pack(TEXT) + b"no frame at all")
    assert found == list(enumerate(GOOD, 1))
    assert [number for number, _ in told] == [0]
    assert "damaged" in told[0][1]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nests too deeply"),
        (b"1" * 10_000, "too many digits"),
    ],
)
def test_it_tells_of_a_malformed_line_and_goes_on(tmp_path: Path, line: bytes, why: str) -> None:
    found, told = read_bytes(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 2}\n')
    assert found == [(1, {"a": 1}), (3, {"a": 2})]
    assert [number for number, _ in told] == [2]
    assert why in told[0][1]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", [b'"}\n{"a": 2}\n', b""])
def test_it_never_holds_an_endless_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool, end: bytes
) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1024 * 1024)
    content = b'{"a": 1}\n{"b": "' + b"x" * 60 * 1024 * 1024 + end
    if packed:
        content = zstandard.ZstdCompressor(level=1).compress(content)
    path = tmp_path / "archive"
    path.write_bytes(content)
    del content
    told = Told()
    tracemalloc.start()
    numbers = [number for number, _ in objects(path, told, lambda size: None)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert numbers == ([1, 3] if end else [1])
    assert [number for number, _ in told] == [2]
    assert "longer than" in told[0][1]
    if not packed:
        assert peak < 8 * 1024 * 1024


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_bytes(zstandard.ZstdCompressor().compress(TEXT))
    steps: list[int] = []
    list(objects(path, Told(), steps.append))
    assert sum(steps) == path.stat().st_size


def test_other_packing_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="packed with gzip"):
        read_bytes(tmp_path, gzip.compress(TEXT))


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        check_readable(tmp_path / "missing")
    with pytest.raises(Unreadable, match="Is a directory"):
        check_readable(tmp_path)
