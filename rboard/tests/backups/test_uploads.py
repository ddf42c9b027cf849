"""Where uploads of a backup go, and where they never do."""

import os
import re
from pathlib import Path
from typing import IO

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from discussions.models import Post
from rboard.backups import uploads
from rboard.backups.making import Made, backup
from rboard.tests.backups.conftest import run
from rboard.tests.backups.packing import pack_whole, unpacked
from rboard.tests.bucket import keep_uploads_at
from rboard.tests.security.database import unchanged

SECRET = b"SECRET_KEY=precious\n"


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    """The storage's folder, with a file and a folder, and a secret beside it."""
    root = tmp_path / "uploads"
    (root / "folder").mkdir(parents=True)
    (root / "rose.jpg").write_bytes(b"a rose")
    (tmp_path / "rboard.env").write_bytes(SECRET)
    keep_uploads_at(f"file://{root}", settings)
    return root


def with_uploads(made: Made, *names: str) -> Path:
    pack_whole(made.path, [*unpacked(made.path), *((f"uploads/{name}", b"evil") for name in names)])
    return made.path


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../rboard.env",
        "../../rboard.env",
        "/tmp/absolute",  # noqa: S108
        "a//b",
        "./a",
        "a/../../b",
        "..\\b",
        "folder",
        "folder/",
        "rose.jpg/below",
        "a" * 256,
        "/".join(["a" * 250] * 8),
    ],
)
def test_a_name_that_leads_elsewhere_is_found_before_anything_is_changed(
    name: str, made: Made, root: Path
) -> None:
    path = with_uploads(made, "good.jpg", name)
    before = files(root.parent)
    with unchanged(), pytest.raises(CommandError, match="leads elsewhere") as error:
        run("restore", path, "--apply", "--replace", "--trust")
    assert "\n" not in str(error.value)
    assert files(root.parent) == before


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b")])
def test_two_that_cannot_both_be_there_are_found_too(
    names: tuple[str, ...], made: Made, root: Path
) -> None:
    path = with_uploads(made, *names)
    with unchanged(), pytest.raises(CommandError, match=r"of one name|no whole backup"):
        run("restore", path, "--apply", "--replace", "--trust")


def test_any_name_that_a_file_can_have_comes_back(post: Post, root: Path, tmp_path: Path) -> None:
    for name in (b"new\nline", b"no utf-8 \xff", "Ünïcödé 🌹".encode()):
        Path(os.fsdecode(bytes(root) + b"/" + name)).write_bytes(name)
    before = files(root)
    backup(tmp_path / "site", quiet=True)
    for path in before:
        Path(path).unlink()
    assert run("restore", tmp_path / "site", "--apply", "--replace")["applied"]
    assert files(root) == before


def test_what_fails_behind_the_database_is_told_as_it_is(
    post: Post, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(tmp_path / "site", quiet=True)
    Post.objects.update(title="Spoilt")

    def full(_name: str, _content: IO[bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "keep", full)
    with pytest.raises(CommandError, match=r"database is that of the backup.*No space left") as e:
        run("restore", tmp_path / "site", "--apply", "--replace")
    assert re.search("restore again", str(e.value))
    assert Post.objects.get().title == "Roses"
