"""`backup`: one file, whole or not there at all."""

import fcntl
import os
import signal
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

import rboard
from discussions.models import Comment, Post
from rboard.backups import archive, making
from rboard.backups.making import backup, site
from rboard.tests.backups.conftest import run
from rboard.tests.bucket import keep_uploads_at

OLD = [f"rboard-2020010{day}-000000.tar.zst" for day in range(1, 6)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_one_file_that_only_its_owner_may_read(post: Post, tmp_path: Path) -> None:
    said = run("backup", tmp_path)
    path = Path(said["file"])
    assert names(tmp_path) == [path.name]
    assert making.NAMED.fullmatch(path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert said["bytes"] == path.stat().st_size
    assert said["rows"] > Comment.objects.count()


def test_it_may_be_given_a_name(post: Post, tmp_path: Path) -> None:
    run("backup", tmp_path / "monday")
    assert names(tmp_path) == ["monday"]


def test_it_writes_over_nothing(post: Post, tmp_path: Path) -> None:
    path = tmp_path / "rboard.sqlite3"
    path.write_text("precious")
    with pytest.raises(CommandError, match="is there already"):
        run("backup", path)
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_named(post: Post, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"{tmp_path}/nowhere must be a folder"):
        run("backup", tmp_path / "nowhere" / "site.tar.zst")


def test_a_slash_makes_no_file_of_a_missing_folder(post: Post, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no folder .*monday/: make it"):
        call_command("backup", f"{tmp_path}/monday/")
    assert names(tmp_path) == []


def test_of_two_in_one_moment_both_are_kept(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is done while this one is at work."""
    make, others = making._make, []

    def meanwhile(*args: Any, **options: Any) -> Any:
        made = make(*args, **options)
        monkeypatch.setattr(making, "_make", make)
        target = tmp_path / args[2].name  # as if it were asked for in the same second
        others.append(backup(target, quiet=True).path.read_bytes())
        return made

    monkeypatch.setattr(making, "_make", meanwhile)
    said = run("backup", tmp_path)
    assert len(names(tmp_path)) == 2
    assert all(making.NAMED.fullmatch(name) for name in names(tmp_path))
    [other] = others
    [path] = [tmp_path / name for name in names(tmp_path) if str(tmp_path / name) != said["file"]]
    assert path.read_bytes() == other


@pytest.mark.parametrize("path", ["a" * 300, "/".join(["a" * 200] * 30)])
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_path_that_is_too_long_is_told(
    command: str, path: str, transactional_db: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="File name too long") as error:
        run(command, tmp_path / path)
    assert path in str(error.value)


def test_it_keeps_the_newest_and_touches_nothing_else(post: Post, tmp_path: Path) -> None:
    for name in [*OLD, "holidays.jpg", "rboard-export.tar.zst"]:
        (tmp_path / name).write_text("old")
    said = run("backup", tmp_path, "--keep", 3)
    new = Path(said["file"]).name
    assert names(tmp_path) == sorted([*OLD[-2:], new, "holidays.jpg", "rboard-export.tar.zst"])
    assert said["deleted"] == [str(tmp_path / name) for name in OLD[:-2]]


@pytest.mark.parametrize(("keep", "kept"), [(1, 0), (2, 1), (9, 2)])
def test_it_keeps_what_it_made_whatever_the_clock_said(
    keep: int, kept: int, post: Post, tmp_path: Path
) -> None:
    ahead = ["rboard-29990101-000000.tar.zst", "rboard-29990102-000000.tar.zst"]
    for name in ahead:
        (tmp_path / name).write_text("made when the clock was ahead")
    new = Path(run("backup", tmp_path, "--keep", keep)["file"]).name
    assert names(tmp_path) == [new, *ahead[2 - kept :]]


@pytest.mark.parametrize("table", ["", "of_another_program"])
def test_a_database_without_rboard_is_none_to_back_up(
    table: str, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that a wrong DATABASE_URL names."""
    (tmp_path / OLD[0]).write_text("good")
    with site().scratch("") as other, other.connection.cursor() as cursor:
        if table:
            cursor.execute(f"CREATE TABLE {table} (id int)")
        monkeypatch.setattr(making, "site", lambda: other)
        with pytest.raises(CommandError, match=r"holds no rboard.*DATABASE_URL"):
            run("backup", tmp_path, "--keep", 1)
    assert names(tmp_path) == [OLD[0]]


def test_a_site_where_nobody_is_drives_no_other_away(post: Post, tmp_path: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    (tmp_path / OLD[0]).write_text("good")
    said = run("backup", tmp_path, "--keep", 1)
    assert said["deleted"] == []
    assert names(tmp_path) == [OLD[0], Path(said["file"]).name]


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_it_keeps_at_least_one(count: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="above zero"):
        call_command("backup", str(tmp_path), f"--keep={count}")


def test_only_of_a_folder_it_can_keep_some(post: Post, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"--keep is for a folder .*: make the folder"):
        run("backup", tmp_path / "site.tar.zst", "--keep", 3)


def test_a_full_disk_leaves_nothing(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = archive.Writer.add

    def full(self: archive.Writer, name: str, *args: Any) -> None:
        if name == archive.SUMS:
            raise OSError(28, "No space left on device")
        add(self, name, *args)

    (tmp_path / OLD[0]).write_text("old")
    monkeypatch.setattr(archive.Writer, "add", full)
    with pytest.raises(CommandError, match="No space left on device"):
        run("backup", tmp_path, "--keep", 1)
    assert names(tmp_path) == [OLD[0]]


def test_told_to_stop_it_leaves_nothing(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = signal.getsignal(signal.SIGTERM)

    def stop(*_args: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(archive.Writer, "add_bytes", stop)
    with pytest.raises(SystemExit) as end:
        call_command("backup", str(tmp_path), "--json")
    assert end.value.code == 128 + signal.SIGTERM
    assert names(tmp_path) == []
    assert signal.getsignal(signal.SIGTERM) == usual


def test_what_a_killed_one_left_goes_with_the_next(post: Post, tmp_path: Path) -> None:
    """But not what another one is working in."""
    for name in ("killed", "working"):
        (tmp_path / f"{making.WORK}{name}").mkdir()
    held = os.open(tmp_path / f"{making.WORK}working", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    run("backup", tmp_path / "site")
    os.close(held)
    assert names(tmp_path) == [f"{making.WORK}working", "site"]


def test_uploads_come_along(post: Post, tmp_path: Path, settings: Settings) -> None:
    keep_uploads_at(f"file://{tmp_path}/uploads", settings)
    (tmp_path / "uploads" / "a").mkdir(parents=True)
    (tmp_path / "uploads" / "a" / "rose.jpg").write_bytes(b"a rose")
    made = backup(tmp_path / "site", quiet=True)
    assert made.uploads == 1
    found = {
        name: file.read() for name, file in archive.Reader(made.path, lambda _count: None).parts()
    }
    assert found["uploads/a/rose.jpg"] == b"a rose"


def test_a_folder_of_uploads_that_nobody_has_made_holds_none(
    post: Post, tmp_path: Path, settings: Settings
) -> None:
    keep_uploads_at(f"file://{tmp_path}/uploads", settings)
    assert backup(tmp_path / "site", quiet=True).uploads == 0


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text())
    assert rboard.__version__ == project["project"]["version"]
