"""`restore`: tells, proves, and brings everything back."""

import json
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from accounts.models import Member
from discussions.actions.comments import reply
from discussions.models import Comment, Post
from moderation.models import Act
from rboard.backups import making
from rboard.backups.contents import Contents, differences
from rboard.backups.errors import BackupError
from rboard.backups.making import Made, backup, site
from rboard.tests.backups.conftest import Names, run
from rboard.tests.backups.packing import unpacked
from rboard.tests.bucket import keep_uploads_at
from rboard.tests.security.database import unchanged


def test_it_tells_and_changes_nothing(made: Made) -> None:
    with unchanged():
        said = run("restore", made.path)
    assert said["rows"]["discussions_comment"] == 2
    assert said["rows"]["discussions_receipt"] == 1
    assert not said["applied"]
    assert not said["verified"]


def test_it_brings_everything_back(made: Made, post: Post, ann: Member) -> None:
    Comment.objects.update(text="spoilt")
    reply(author=ann, post=post, text="Too late")
    Member.objects.create_user("newcomer")
    assert list(differences(made.contents, site().contents()))
    assert run("restore", made.path, "--apply", "--replace")["applied"]
    assert list(differences(made.contents, site().contents())) == []


def test_the_site_goes_on_from_there(made: Made, post: Post, ann: Member) -> None:
    """Sequences, triggers and the search are as they were."""
    last = reply(author=ann, post=post, text="Too late")
    run("restore", made.path, "--apply", "--replace")
    client = Client()
    client.force_login(ann)
    assert client.post(f"{post.address}reply/", {"text": "Dahlias too"}).status_code == 302
    newest = Comment.objects.order_by("-pk").first()
    assert newest is not None
    assert newest.text == "Dahlias too"
    assert newest.pk <= last.pk
    assert "Dahlias" in client.get("/search/?q=dahlias&kind=comments").content.decode()
    assert "Roses" in client.get("/search/?q=unicode").content.decode()
    with pytest.raises(DatabaseError):
        Act.objects.all().update(reason="forged")
    call_command("check_tree")
    call_command("recount")


def test_nobody_is_signed_in_by_a_backup(ann: Member, post: Post, tmp_path: Path) -> None:
    """Neither who finds one, nor who signed out since."""
    client = Client()
    client.force_login(ann)
    key = str(client.session.session_key)
    assert client.get("/settings/").status_code == 200
    made = backup(tmp_path / "site", quiet=True)
    packed = b"".join(content for _name, content in unpacked(made.path))
    assert b"Prune them" in packed
    assert key.encode() not in packed
    assert Session.objects.exists()
    assert run("restore", made.path, "--verify", "--apply", "--replace")["verified"]
    assert not Session.objects.exists()
    assert client.get("/settings/").status_code == 302


def test_names_that_were_tried_stay_behind(post: Post, tmp_path: Path) -> None:
    """People type passwords there."""
    Client().post("/login/", {"username": "Correct Horse", "password": "ann"})
    assert AccessAttempt.objects.get().username == "correct horse"
    made = backup(tmp_path / "site", quiet=True)
    packed = b"".join(content for _name, content in unpacked(made.path))
    assert b"Prune them" in packed
    assert b"correct horse" not in packed
    assert run("restore", made.path, "--verify", "--apply", "--replace")["verified"]
    assert not AccessAttempt.objects.exists()


def test_a_site_with_somebody_in_it_is_not_replaced_unasked(made: Made) -> None:
    with unchanged(), pytest.raises(CommandError, match=r"not empty.*--replace"):
        run("restore", made.path, "--apply")


def test_a_new_site_is_filled(made: Made, scratch_databases: Names) -> None:
    """As the command `migrate` leaves it."""
    with site().scratch("") as scratch:
        assert scratch.is_empty()
    call_command("flush", interactive=False, verbosity=0)
    assert run("restore", made.path, "--apply")["applied"]
    assert list(differences(made.contents, site().contents())) == []


def test_it_verifies_beside_the_site(made: Made, scratch_databases: Names) -> None:
    with unchanged():
        said = run("restore", made.path, "--verify")
    assert said["verified"]
    assert said["differences"] == []
    assert "exit" not in said
    assert scratch_databases() == []


def test_it_finds_what_is_not_as_it_was(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch_databases: Names
) -> None:
    """As if a row had changed, one had got lost and an index had not come along."""
    manifest = making._manifest

    def other(database: Any, contents: Contents, count: int) -> dict[str, Any]:
        said = json.loads(json.dumps(manifest(database, contents, count)))
        said["contents"]["tables"]["discussions_post"]["sha256"] = "0" * 64
        said["contents"]["tables"]["discussions_comment"]["rows"] += 1
        said["contents"]["objects"].append("index that_is_lost")
        return said

    monkeypatch.setattr(making, "_manifest", other)
    backup(tmp_path / "site", quiet=True)
    with unchanged():
        said = run("restore", tmp_path / "site", "--verify", "--apply", "--replace")
    assert said["exit"] == 3
    assert said["differences"] == [
        "discussions_comment: 2 rows instead of 3",
        "discussions_post: other content in its 1 rows",
        "index that_is_lost: missing",
    ]
    assert not said["applied"]
    assert scratch_databases() == []


def test_it_finds_broken_trees_and_counters(post: Post, tmp_path: Path) -> None:
    Comment.objects.filter(level=1).update(rght=F("rght") + 6)
    Post.objects.update(comment_count=70)
    backup(tmp_path / "site", quiet=True)
    said = run("restore", tmp_path / "site", "--verify")
    assert said["exit"] == 3
    assert [line.partition(":")[0] for line in said["differences"]] == ["trees", "counters"]


def test_one_of_a_newer_rboard_is_refused(post: Post, tmp_path: Path) -> None:
    MigrationRecorder(connection).record_applied("discussions", "9999_of_the_next_release")
    backup(tmp_path / "site", quiet=True)
    MigrationRecorder(connection).record_unapplied("discussions", "9999_of_the_next_release")
    for how in ("--apply", "--verify"):
        with unchanged(), pytest.raises(CommandError, match=r"newer rboard.*upgrade first"):
            run("restore", tmp_path / "site", how, "--replace")


def test_one_of_an_older_rboard_asks_for_migrate(
    post: Post, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    # It changes no table, and so may run again.
    older = ("moderation", "0015_acts_of_the_site_itself")
    MigrationRecorder(connection).record_unapplied(*older)
    backup(tmp_path / "site", quiet=True)
    MigrationRecorder(connection).record_applied(*older)
    assert run("restore", tmp_path / "site", "--verify")["differences"] == []
    call_command("restore", str(tmp_path / "site"), "--apply", "--replace")
    assert "Now run migrate: 1 migrations came since." in capsys.readouterr().out
    call_command("migrate", verbosity=0)


def test_one_of_another_database_is_refused(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site()), "kind", "another")
    with unchanged(), pytest.raises(CommandError, match=r"is on another: .*export_board"):
        run("restore", made.path, "--apply", "--replace")


def test_uploads_come_back(post: Post, tmp_path: Path, settings: Settings) -> None:
    keep_uploads_at(f"file://{tmp_path}/uploads", settings)
    rose = tmp_path / "uploads" / "a" / "rose.jpg"
    rose.parent.mkdir(parents=True)
    rose.write_bytes(b"a rose")
    backup(tmp_path / "site", quiet=True)
    rose.write_bytes(b"spoilt")
    run("restore", tmp_path / "site", "--apply", "--replace")
    assert rose.read_bytes() == b"a rose"
    rose.unlink()
    run("restore", tmp_path / "site", "--apply", "--replace")
    assert rose.read_bytes() == b"a rose"
    assert [path.name for path in rose.parent.iterdir()] == ["rose.jpg"]


def test_half_a_load_changes_nothing(made: Made, tmp_path: Path) -> None:
    """What is in the archive is proved by its sums first; this is of what comes behind that."""
    with making._workshop(tmp_path) as folder:
        copy, _contents = site().copy(folder, lambda _count: None)
        half = tmp_path / "half"
        half.write_bytes(copy.read_bytes()[: copy.stat().st_size * 3 // 4])
    with unchanged(), half.open("rb") as dump, pytest.raises(BackupError):
        site().load(dump)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")
def test_a_search_that_lost_words_is_found(made: Made, tmp_path: Path) -> None:
    command = "INSERT INTO discussions_postwords (discussions_postwords) VALUES (%s)"
    with connection.cursor() as cursor:
        cursor.execute(command, ["delete-all"])
        backup(tmp_path / "other", quiet=True)
        cursor.execute(command, ["rebuild"])
    said = run("restore", tmp_path / "other", "--verify")
    assert said["exit"] == 3
    assert [line.partition(":")[0] for line in said["differences"]] == ["search"]
