"""importing.spool: comments on their way."""

from pathlib import Path

import pytest

from discussions.importing.records import Remark, remark
from discussions.importing.spool import Spool
from discussions.tests import archives

OPEN_FILES = Path("/proc/self/fd")


def remarks(*names: str) -> list[Remark]:
    """Comments whose thread is the first letter of their id."""
    return [remark(archives.remark(name, post=name[0])) for name in names]


def test_it_hands_out_thread_by_thread_in_the_archives_order() -> None:
    with Spool() as spool:
        spool.add(remarks("b1", "a2", "b2"))
        spool.add(remarks("a1", "c1", "b0"))
        assert spool.count == 6
        found = [[each.id for each in thread] for thread in spool.threads()]
    assert found == [["a2", "a1"], ["b1", "b2", "b0"], ["c1"]]


def test_it_keeps_every_field() -> None:
    fields = {"edited": archives.DATE, "score": -3, "body": "ಠ_ಠ 'x' \"y\"\n", "author": None}
    kept = remark(archives.remark("c1", "c0", **fields))
    with Spool() as spool:
        spool.add([kept])
        assert list(spool.threads()) == [[kept]]


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="needs Linux")
def test_it_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when it is killed: its file on the disk has no name from the start."""
    monkeypatch.setattr("paging.spill.CACHE", 64)
    before = unnamed_files()
    with Spool() as spool:
        for _ in range(100):
            spool.add(remarks(*(f"a{number}" for number in range(100))))
        [spooled] = unnamed_files() - before
        assert (OPEN_FILES / spooled).stat().st_size > 100_000
    assert not unnamed_files() - before


def unnamed_files() -> set[str]:
    return {
        path.name
        for path in OPEN_FILES.iterdir()
        if path.is_symlink() and str(path.readlink()).endswith("(deleted)")
    }
