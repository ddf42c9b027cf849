"""manage.py export_board and import_board: what went out comes in, and goes out the same."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Member
from boards.models import Ban, Board, Moderator
from discussions.models import Comment, Post, PostVote
from discussions.tests.archives import assert_sound
from moderation.actions.appeals import decide
from moderation.actions.batches import undo_batch
from moderation.actions.log import By
from moderation.actions.undo import undo
from moderation.carrying.kinds import KINDS
from moderation.models import Act, Appeal, Case, Report
from moderation.models.log import Verb
from moderation.tests.carried import changed, full_board, lines_of, same_but_for_ids

ALL = ("--with-votes", "--with-reporters")


def run(*args: Any) -> Any:
    out = StringIO()
    call_command(*map(str, args), "--json", stdout=out)
    return json.loads(out.getvalue()) if out.getvalue() else None


def export(path: Path, board: str = "garden", *args: str) -> list[dict[str, Any]]:
    run("export_board", board, path, *args)
    return lines_of(path)


def bring(path: Path, *args: str) -> Any:
    return run("import_board", path, "--apply", *args)


def without_last(lines: list[dict[str, Any]], kind: str, number: int) -> list[dict[str, Any]]:
    """Without what an import itself wrote into the log."""
    places = [place for place, line in enumerate(lines) if line["kind"] == kind]
    dropped = set(places[len(places) - number :])
    return [line for place, line in enumerate(lines) if place not in dropped]


@pytest.mark.parametrize("options", [(), ALL], ids=["sums", "votes"])
@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
def test_a_board_comes_back_as_it_was(
    db: None, tmp_path: Path, options: tuple[str, ...], is_private: bool
) -> None:
    full_board(is_private=is_private)
    first = export(tmp_path / "one", "Garden", *options)
    told = bring(tmp_path / "one", "--as", "Other", "--same-site")
    assert (told["board"], told["applied"]) == ("Other", True)
    second = export(tmp_path / "two", "other", *options)
    assert_sound()
    kinds = {line["kind"] for line in first}
    expected = {kind.name for kind in KINDS}
    assert kinds - {"header", "end"} == (
        expected if options else expected - {"post_vote", "comment_vote", "muted_reporter"}
    )
    plain = same_but_for_ids(without_last(second, "act", 1))
    assert plain == same_but_for_ids(first)


def test_points_and_counts_are_the_same_without_votes(db: None, tmp_path: Path) -> None:
    board = full_board()
    export(tmp_path / "one")
    bring(tmp_path / "one", "--as", "Other", "--same-site")
    other = Board.objects.get(name="Other")
    columns = ["title", "ups", "downs", "score", "comment_count", "hot", "html", "slug"]
    assert list(other.posts.order_by("pk").values_list(*columns)) == list(
        board.posts.order_by("pk").values_list(*columns)
    )
    tree = ["text", "lft", "rght", "level", "ups", "downs", "best", "html"]
    both = [
        list(Comment.objects.filter(post__board=each).order_by("tree_id", "lft").values_list(*tree))
        for each in (board, other)
    ]
    board.refresh_from_db()
    assert both[0] == both[1]
    assert (board.post_count, board.subscriber_count) == (other.post_count, other.subscriber_count)
    assert not PostVote.objects.filter(target__board=other).exists()


def test_nobody_is_taken_for_a_member_here(db: None, tmp_path: Path) -> None:
    board = full_board()
    export(tmp_path / "one")
    owner = Member.objects.create_user("newowner")
    told = bring(tmp_path / "one", "--as", "Other", "--owner", "newowner")
    other = Board.objects.get(name="Other")
    theirs = set(board.posts.values_list("author_id", flat=True)) - {None}
    assert not other.posts.filter(author__in=theirs).exists()
    ann = Member.objects.get(username="ann-import")
    assert (ann.imported, ann.has_usable_password(), ann.email) == (True, False, "")
    assert list(other.moderator_set.values_list("member", "is_owner")) == [(owner.pk, True)]
    assert told["counts"]["moderators left out"] == 2
    assert told["counts"]["members renamed"] == told["counts"]["members made"]


def test_a_second_board_of_one_site_may_have_the_same_members(db: None, tmp_path: Path) -> None:
    full_board()
    export(tmp_path / "one")
    Member.objects.create_user("newowner")
    bring(tmp_path / "one", "--as", "Other", "--owner", "newowner")
    members = Member.objects.count()
    names = set(Member.objects.filter(imported=True).values_list("username", flat=True))
    assert names == {f"{name}-import" for name in ("olly", "mona", *"ann ben cat dan eve".split())}
    bring(tmp_path / "one", "--as", "Third", "--owner", "newowner")
    assert Member.objects.count() == members + len(names)


def test_those_who_came_from_a_site_are_known_again(db: None, tmp_path: Path) -> None:
    """Only where the operator says so, and never those who chose the name here."""
    full_board()
    path = tmp_path / "one"
    export(path)
    # As on another site, where nobody is called so.
    for name in ("olly", "mona", "ann", "ben", "cat", "dan", "eve"):
        Member.objects.filter(username=name).update(username=f"{name}_0", skeleton=f"{name}_0")
    Member.objects.create_user("newowner")
    bring(path, "--as", "Other", "--owner", "newowner")
    ann = Member.objects.get(username="ann")
    told = bring(path, "--as", "Third", "--owner", "newowner", "--same-source")
    assert told["counts"]["members found"] == 7
    assert Post.objects.filter(board__name="Third", title="A rose is", author=ann).exists()


def test_what_is_exported_by_default_names_no_voter_and_no_reporter(
    db: None, tmp_path: Path
) -> None:
    Member.objects.create_user("lurker", email="lurker@example.org")
    full_board()
    Member.objects.filter(username="ann").update(email="ann@example.org")
    lines = export(tmp_path / "one")
    text = (tmp_path / "one").read_text()
    assert not [line for line in lines if line["kind"].endswith("_vote")]
    assert {line["reporter"] for line in lines if line["kind"] == "report"} == {None}
    assert "muted_reporter" not in {line["kind"] for line in lines}
    assert "example.org/" in text
    for secret in ("ann@", "lurker", "password", "argon2", "md5$"):
        assert secret not in text


def test_acts_can_be_taken_back_on_the_other_board(db: None, tmp_path: Path) -> None:
    full_board()
    export(tmp_path / "one")
    bring(tmp_path / "one", "--as", "Other", "--same-site")
    other = Board.objects.get(name="Other")
    olly = By(actor=Member.objects.get(username="olly"))
    spam = Post.objects.get(board=other, title="Buy")
    waiting = Appeal.objects.get(board=other, state=Appeal.State.OPEN)
    decide(waiting, olly, Appeal.State.OVERTURNED)
    spam.refresh_from_db()
    assert spam.is_live
    for act in Act.objects.filter(board=other, verb=Verb.LABEL):
        undo(act, olly)
    assert not Post.objects.get(board=other, title="A link").is_nsfw
    assert Post.objects.get(board__name="Garden", title="A link").is_nsfw
    assert_sound()


def test_a_batch_is_taken_back_on_its_own_board_alone(db: None, tmp_path: Path) -> None:
    full_board()
    export(tmp_path / "one")
    bring(tmp_path / "one", "--as", "Other", "--same-site")
    swept = Act.objects.filter(board__name="Other", verb=Verb.SPAM, batch__isnull=False)
    batch = swept.values_list("batch", flat=True).get()
    undo_batch(batch, By(actor=Member.objects.get(username="olly")))
    texts = Comment.objects.filter(text="Swept").order_by("pk")
    assert [text.is_live for text in texts] == [False, True]
    assert list(
        Ban.objects.filter(member__username="eve").values_list("board__name", flat=True)
    ) == ["Garden"]
    assert_sound()


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_a_ban_because_of_a_text_that_did_not_come_can_be_lifted_by_undo(
    kind: str, db: None, tmp_path: Path
) -> None:
    full_board()
    path = tmp_path / "one"
    export(path)

    def without_text(lines: list[dict[str, Any]]) -> None:
        mute = next(one for one in lines if one.get("verb") == "mute")
        mute[kind] = 987_654

    changed(path, without_text)
    bring(path, "--as", "Other", "--same-site")
    mute = Act.objects.get(board__name="Other", verb=Verb.MUTE)
    undo(mute, By(actor=Member.objects.get(username="olly")))
    assert not Ban.objects.filter(board__name="Other", member__username="cat").exists()


def test_a_dry_run_writes_nothing(db: None, tmp_path: Path) -> None:
    full_board()
    export(tmp_path / "one")
    before = [model.objects.count() for model in (Member, Board, Post, Comment, Act, Case, Report)]
    told = run("import_board", tmp_path / "one", "--as", "Other", "--same-site")
    assert not told["applied"]
    done = bring(tmp_path / "one", "--as", "Another", "--same-site")
    assert told["counts"] == done["counts"]
    Board.objects.get(name="Another").delete()
    assert [
        model.objects.count() for model in (Member, Board, Post, Comment, Case, Report)
    ] == before[:4] + before[5:]


def test_a_packed_file_is_read(db: None, tmp_path: Path) -> None:
    full_board()
    run("export_board", "garden", tmp_path / "one.zst")
    assert (tmp_path / "one.zst").read_bytes()[:4] == b"\x28\xb5\x2f\xfd"
    assert (tmp_path / "one.zst").stat().st_mode & 0o077 == 0
    assert bring(tmp_path / "one.zst", "--as", "Other", "--same-site")["counts"]["post"] == 5
    assert [path.name for path in tmp_path.iterdir()] == ["one.zst"]


def test_a_file_is_there_whole_or_not_at_all(db: None, tmp_path: Path) -> None:
    full_board()
    path = tmp_path / "one"
    path.write_text("what was here")
    Comment.objects.filter(text="Deeper").update(lft=90, rght=91)
    with pytest.raises(CommandError, match="check_tree"):
        run("export_board", "garden", path)
    assert path.read_text() == "what was here"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_not_replaced(db: None, tmp_path: Path) -> None:
    full_board()
    os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("pipe", "is no file"),
        (".", "is no file"),
        ("missing/one", "/missing can't"),
    ):
        with pytest.raises(CommandError, match=why):
            run("export_board", "garden", tmp_path / name)
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    run("export_board", "garden", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert lines_of(tmp_path / "one")[-1]["kind"] == "end"


def test_a_member_of_the_file_is_no_moderator_before_they_claim_the_name(
    db: None, tmp_path: Path
) -> None:
    full_board()
    path = tmp_path / "one"
    export(path)
    with pytest.raises(CommandError, match="--owner"):
        bring(path, "--as", "Other")
    changed(path, lambda lines: _rename(lines, "mona", "stranger"))
    bring(path, "--as", "Other", "--same-site")
    names = Moderator.objects.filter(board__name="Other").values_list("member__username", flat=True)
    assert list(names) == ["olly"]


def _rename(lines: list[dict[str, Any]], old: str, new: str) -> None:
    for line in lines:
        if line.get("username") == old:
            line["username"] = new


def test_the_import_stands_in_the_log(db: None, tmp_path: Path) -> None:
    full_board()
    export(tmp_path / "one")
    bring(tmp_path / "one", "--as", "Other", "--same-site")
    last = Act.objects.filter(board__name="Other").order_by("-pk")[0]
    assert (last.verb, last.source, last.actor) == (Verb.SETTINGS, Act.Source.COMMAND, None)
    assert last.note.startswith("imported: http://")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["x" * 300, "x/" * 3_000])
def test_a_path_that_is_too_long_is_a_line(path: str) -> None:
    with pytest.raises(CommandError, match="File name too long"):
        bring(Path(path))


@pytest.mark.django_db
def test_another_sites_file_is_not_of_this_site(tmp_path: Path, settings: Settings) -> None:
    """Whoever bears a name there would else be its bearer here."""
    full_board()
    settings.PUBLIC_URL = "https://other.example"
    export(tmp_path / "one", "garden")
    settings.PUBLIC_URL = "https://board.example"
    with pytest.raises(CommandError, match=r"is of https://other\.example"):
        bring(tmp_path / "one", "--as", "Other", "--same-site")
    assert not Board.objects.named("other").exists()
    settings.PUBLIC_URL = "https://other.example"
    bring(tmp_path / "one", "--as", "Other", "--same-site")
