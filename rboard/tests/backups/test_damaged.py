"""Files that are no backup, or not a whole one: one clear line, and nothing is changed."""

import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.conf import settings
from django.core.management import CommandError

from rboard.backups import archive
from rboard.backups.making import Made
from rboard.tests.backups.conftest import run
from rboard.tests.backups.packing import pack, pack_whole, unpacked
from rboard.tests.security.database import unchanged


def refused(path: Path, reason: str) -> None:
    with unchanged(), pytest.raises(CommandError, match=reason) as error:
        run("restore", path, "--apply", "--replace")
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.999])
def test_one_that_was_cut_off_is_refused(share: float, made: Made) -> None:
    content = made.path.read_bytes()
    made.path.write_bytes(content[: max(8, int(len(content) * share))])
    refused(made.path, "is no whole backup")


def test_one_without_its_end_is_refused(made: Made) -> None:
    """Even where the cut falls between two parts, and the rest is packed well."""
    found = zstandard.ZstdDecompressor().stream_reader(made.path.open("rb")).read()
    sums = found.index(archive.SUMS.encode() + b"\0")
    made.path.write_bytes(zstandard.compress(found[: sums // 512 * 512]))
    refused(made.path, "is no whole backup")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_one_with_a_changed_byte_is_refused(share: float, made: Made) -> None:
    content = bytearray(made.path.read_bytes())
    content[int(len(content) * share)] ^= 0xFF  # all bits: some of a packed file say nothing
    made.path.write_bytes(content)
    refused(made.path, "damaged")


def test_one_that_was_changed_and_packed_again_is_refused(made: Made) -> None:
    found = zstandard.ZstdDecompressor().stream_reader(made.path.open("rb")).read()
    made.path.write_bytes(zstandard.compress(found.replace(b"Prune them", b"Water them")))
    refused(made.path, "is no whole backup")


@pytest.mark.parametrize("more", [b"x", b"\0" * 512, b"whole"])
def test_one_with_more_behind_it_is_refused(more: bytes, made: Made) -> None:
    """What was added is in no checksum."""
    content = made.path.read_bytes()
    made.path.write_bytes(content + (content if more == b"whole" else more))
    refused(made.path, "is no whole backup")


def test_one_with_a_part_behind_the_signature_is_refused(made: Made) -> None:
    content = dict(unpacked(made.path))
    pack(made.path, [*content.items(), ("uploads/rose.jpg", b"a rose")])
    refused(made.path, "is no whole backup")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"PGDMP" + b"\0" * 1000])
def test_another_program_s_file_is_refused(content: bytes, made: Made) -> None:
    made.path.write_bytes(content)
    refused(made.path, "is no backup that rboard made")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photos/rose.jpg", b"a rose"),
        (archive.MANIFEST, b"not JSON"),
        (archive.MANIFEST, b"[]"),
        (archive.MANIFEST, b'{"program": "another"}'),
    ],
)
def test_another_program_s_archive_is_refused(name: str, content: bytes, made: Made) -> None:
    pack(made.path, [(name, content)])
    refused(made.path, "is no backup that rboard made")


TABLES: dict[str, Any] = {"tables": {}, "sequences": {}, "objects": [], "migrations": []}


@pytest.mark.parametrize(
    "change",
    [
        {"contents": None},
        {"contents": []},
        {"contents": {}},
        {"contents": TABLES | {"tables": []}},
        {"contents": TABLES | {"tables": {"x": {}}}},
        {"contents": TABLES | {"tables": {"x": []}}},
        {"contents": TABLES | {"tables": {"x": {"rows": "1", "sha256": ""}}}},
        {"contents": TABLES | {"tables": {"x": {"rows": True, "sha256": ""}}}},
        {"contents": TABLES | {"tables": {"x": {"rows": 1, "sha256": 1}}}},
        {"contents": TABLES | {"sequences": {"x": "1"}}},
        {"contents": TABLES | {"sequences": ["x"]}},
        {"contents": TABLES | {"objects": "x"}},
        {"contents": TABLES | {"migrations": [1]}},
        {"contents": TABLES | {"migrations": ["a.b\u001b[2J"]}},
        {"version": None},
        {"made_at": "now\nReally"},
        {"database": ["sqlite"]},
        {"format": "1"},
        {"format": [1]},
    ],
    ids=str,
)
def test_an_odd_manifest_is_refused(change: dict[str, Any], made: Made) -> None:
    parts = dict(unpacked(made.path))
    said = json.loads(parts[archive.MANIFEST]) | change
    parts[archive.MANIFEST] = json.dumps(said).encode()
    pack_whole(made.path, parts.items(), secret=settings.SECRET_KEY)
    refused(made.path, "is no backup that rboard made")


@pytest.mark.parametrize("name", ["version", "made_at", "database", "contents", "format"])
def test_a_manifest_that_lacks_something_is_refused(name: str, made: Made) -> None:
    parts = dict(unpacked(made.path))
    said = json.loads(parts[archive.MANIFEST])
    del said[name]
    parts[archive.MANIFEST] = json.dumps(said).encode()
    pack_whole(made.path, parts.items(), secret=settings.SECRET_KEY)
    refused(made.path, "is no backup that rboard made")


@pytest.mark.parametrize("content", [b"[" * 100_000, b"9" * 100_000, b"\xff", b'"\\ud800"'])
def test_a_manifest_that_no_program_can_read_is_refused(content: bytes, made: Made) -> None:
    pack_whole(made.path, [(archive.MANIFEST, content)], secret=settings.SECRET_KEY)
    refused(made.path, "is no backup that rboard made")


def test_a_newer_format_is_refused(made: Made) -> None:
    newer = {"program": "rboard", "format": archive.FORMAT + 1}
    pack(made.path, [(archive.MANIFEST, json.dumps(newer).encode())])
    refused(made.path, "made by another version of rboard")


def test_a_file_that_is_not_there_is_told(made: Made) -> None:
    refused(made.path.parent / "nothing", "can't be read: No such file")


def test_a_folder_is_no_backup(made: Made) -> None:
    refused(made.path.parent, "can't be read: Is a directory")
