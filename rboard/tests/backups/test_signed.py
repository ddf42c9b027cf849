"""Only a backup that the site itself signed is taken unasked: what is in it is run."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from discussions.models import Comment
from rboard.backups import restoring
from rboard.backups.errors import BackupError
from rboard.backups.making import Made
from rboard.tests.backups.conftest import Names, run
from rboard.tests.backups.packing import pack_whole, unpacked
from rboard.tests.security.database import unchanged

ANOTHER = "the secret of somebody else"
WAYS = [["--verify"], ["--apply", "--replace"], ["--verify", "--apply", "--replace"]]

each_way = pytest.mark.parametrize("how", WAYS, ids=" ".join)


@pytest.fixture(params=["", ANOTHER], ids=["unsigned", "of another secret"])
def foreign(made: Made, request: pytest.FixtureRequest) -> Path:
    """A backup in which somebody changed a word, with all checksums right."""
    parts = [
        (name, content.replace(b"Prune them", b"Water them"))
        for name, content in unpacked(made.path)
    ]
    pack_whole(made.path, parts, secret=request.param)
    return made.path


def test_the_site_knows_its_own(made: Made) -> None:
    assert run("restore", made.path)["signed"]


@each_way
def test_another_one_is_not_taken(how: list[str], foreign: Path, scratch_databases: Names) -> None:
    with unchanged(), pytest.raises(CommandError, match=r"not signed with .* SECRET_KEY.*--trust"):
        run("restore", foreign, *how)
    assert scratch_databases() == []


def test_another_one_is_only_told_about(foreign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with unchanged():
        assert not run("restore", foreign)["signed"]
        call_command("restore", str(foreign))
    assert "It is not signed with this site's SECRET_KEY." in capsys.readouterr().out


def test_who_knows_where_it_is_from_may_take_it(foreign: Path) -> None:
    assert run("restore", foreign, "--apply", "--replace", "--trust")["applied"]
    assert Comment.objects.filter(text="Water them").exists()


@each_way
def test_one_of_before_the_secret_was_changed_is_known_by_the_old_one(
    how: list[str], made: Made, settings: Settings
) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, ANOTHER
    with unchanged(), pytest.raises(CommandError, match="not signed"):
        run("restore", made.path, *how)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert run("restore", made.path, *how)["signed"]


def test_one_that_is_put_in_its_place_later_is_not_taken(made: Made, tmp_path: Path) -> None:
    """Behind the look at the signature."""
    backup = restoring.read(made.path, quiet=True)
    assert backup.signed
    pack_whole(tmp_path / "other", unpacked(made.path))
    (tmp_path / "other").rename(made.path)
    with unchanged(), pytest.raises(BackupError, match="was changed since it was read"):
        restoring.apply(backup, replace=True, quiet=True)


@pytest.mark.postgresql
def test_a_dump_that_ends_the_transaction_does_not_run(made: Made) -> None:
    """SQL in the place of the definition of a table; and what is said when it was let in."""
    parts = dict(unpacked(made.path))
    evil = b"COMMIT; CREATE TABLE left_behind (); BEGIN;"
    dump = parts["database.dump"]
    start = dump.index(b"CREATE TABLE public.discussions_comment ")
    end = dump.index(b");\n", start) + 3
    parts["database.dump"] = dump[:start] + evil.ljust(end - start) + dump[end:]
    pack_whole(made.path, parts.items())
    for how in WAYS:
        with unchanged(), pytest.raises(CommandError, match="not signed"):
            run("restore", made.path, *how)
    assert "left_behind" not in connection.introspection.table_names()
    with unchanged(), pytest.raises(CommandError, match="was changed is not known"):
        run("restore", made.path, "--verify", "--trust")
