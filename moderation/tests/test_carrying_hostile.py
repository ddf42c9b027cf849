"""manage.py import_board: what a foreign file may not do."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import Member, RetiredName
from boards.models import Board
from discussions.models import Comment, Post
from discussions.tests.archives import assert_sound
from moderation.actions.batches import undo_batch
from moderation.actions.log import By
from moderation.actions.undo import can_undo
from moderation.models import Act, Case
from moderation.tests.carried import changed, full_board, lines_of, write_lines
from moderation.tests.test_carrying import bring, export, run
from paging.tests.lasting import lasting

Line = dict[str, Any]
MODELS = (Member, Board, Post, Comment, Act, Case)


@pytest.fixture(scope="module")
def good(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("good") / "board"
    with lasting(django_db_blocker):
        full_board()
        export(path, "garden", "--with-votes", "--with-reporters")
        yield path


@pytest.fixture
def path(good: Path, db: None, tmp_path: Path) -> Path:
    """A good file, whose board is here."""
    return Path(shutil.copy(good, tmp_path / "board"))


def counts() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


def refusal(path: Path, *args: str) -> str:
    """Why a file is refused, when nothing was written."""
    before = counts()
    with pytest.raises(CommandError) as refused:
        bring(path, "--as", "Other", "--same-site", *args)
    assert counts() == before
    assert "Nothing was written" in str(refused.value)
    return str(refused.value)


def first(lines: list[Line], kind: str, **values: Any) -> Line:
    return next(
        line
        for line in lines
        if line["kind"] == kind and all(line[name] == value for name, value in values.items())
    )


def setting(kind: str, name: str, value: Any) -> Callable[[list[Line]], None]:
    return lambda lines: first(lines, kind).update({name: value})


def without(kind: str) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines.remove(first(lines, kind))

    return change


TOMORROW = (timezone.now() + timedelta(days=3)).isoformat()
BAD = {
    "an unknown board name": (setting("board", "name", "not a name"), "board: name"),
    "a reserved board name": (setting("board", "name", "admin"), "board: name"),
    "no title": (setting("board", "title", "\u200b\n "), "board: title"),
    "a number for a text": (setting("post", "text", 5), "post: text: is not a text"),
    "a text for a flag": (setting("post", "is_nsfw", "yes"), "is_nsfw: is neither true"),
    "a text too long": (setting("comment", "text", "x" * 10_001), "text: is longer than 10,000"),
    "a title too long": (setting("post", "title", "x" * 301), "title: is longer than 300"),
    "a script for a link": (setting("post", "url", "javascript:alert(1)"), "url: is no address"),
    "a date to come": (setting("post", "created_at", TOMORROW), "created_at: is not a date from"),
    "a date of no zone": (setting("post", "created_at", "2020-01-01"), "created_at: is a date"),
    "no date": (setting("post", "created_at", "x" * 500), "created_at: is not a date"),
    "a date at the end": (
        setting("ban", "until", "9999-12-31T23:59:59-23:00"), "until: is not a date"
    ),
    "points below zero": (setting("comment", "ups", -1), "ups: is not a number of votes"),
    "endless points": (setting("comment", "downs", 10**30), "downs: is not a number of votes"),
    "an id that is none": (setting("post", "id", True), "post: id: is not an id"),
    "a huge id": (setting("post", "id", 2**64), "post: id: is not an id"),
    "nobody's vote": (setting("post_vote", "value", 5), "value: is not valid"),
    "an author elsewhere": (setting("post", "author", 987654), "author: there is no member 987654"),
    "a post elsewhere": (setting("comment", "post", 987654), "post: there is no post 987654"),
    "a parent elsewhere": (setting("comment", "parent", 98765), "parent: there is no comment"),
    "held, not removed": (setting("post", "is_held", True), "is_held: only a removed text"),
    "a name with letters": (setting("member", "username", "аdmin"), "username: can't be"),
    "a long name": (setting("member", "username", "x" * 31), "username: is longer than 30"),
    "an unknown verb": (setting("act", "verb", "crown"), "verb: is not valid"),
    "an unknown role": (setting("act", "role", "emperor"), "role: is not a role"),
    "an unknown deed": (setting("rule", "deed", "crash"), "deed: is not valid"),
    "a list of columns": (setting("act", "before", [1]), "before: is not an object"),
    "no board": (without("board"), "stands before the board"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_told_by_its_number(path: Path, case: str) -> None:
    change, why = BAD[case]
    changed(path, change)
    said = refusal(path)
    assert why in said
    assert f"{path}:" in said


def test_the_number_is_that_of_the_line(path: Path) -> None:
    lines = lines_of(path)
    number = next(n for n, line in enumerate(lines, 1) if line["kind"] == "comment")
    changed(path, setting("comment", "text", None))
    assert f"{path}:{number}: comment: text: is missing" in refusal(path)


def _circle(lines: list[Line]) -> None:
    one, two = [line for line in lines if line["kind"] == "comment"][:2]
    one["parent"], two["parent"] = two["id"], one["id"]


def _other_thread(lines: list[Line]) -> None:
    posts = [line["id"] for line in lines if line["kind"] == "post"]
    answer = next(line for line in lines if line["kind"] == "comment" and line["parent"])
    answer["post"] = next(post for post in posts if post != answer["post"])


def _twice(lines: list[Line]) -> None:
    lines.insert(lines.index(first(lines, "post")), dict(first(lines, "post")))


def _two_boards(lines: list[Line]) -> None:
    lines.insert(lines.index(first(lines, "board")), dict(first(lines, "board")))


def _out_of_order(lines: list[Line]) -> None:
    line = first(lines, "reason")
    lines.remove(line)
    lines.append(line)


def _two_subscriptions(lines: list[Line]) -> None:
    lines.insert(lines.index(first(lines, "subscription")), dict(first(lines, "subscription")))


def _case_of_two(lines: list[Line]) -> None:
    case = next(line for line in lines if line["kind"] == "case" and line["post"])
    case["member"] = first(lines, "member")["id"]


def _many_rules(lines: list[Line]) -> None:
    place = lines.index(first(lines, "rule"))
    lines[place:place] = [dict(first(lines, "rule")) for _ in range(101)]


ODD = {
    "a circle of comments": (_circle, "parent: is not in the same tree"),
    "a parent in another thread": (_other_thread, "parent: is in another thread"),
    "an id twice": (_twice, "an id of a post comes twice"),
    "two boards": (_two_boards, "there is a second board"),
    "kinds out of order": (_out_of_order, "a reason stands too late"),
    "one who subscribes twice": (_two_subscriptions, "the database refuses a subscription"),
    "a case about two": (_case_of_two, "the database refuses a case"),
    "too many rules": (_many_rules, "more than 100 rules"),
}


@pytest.mark.parametrize("case", ODD)
def test_lines_that_do_not_fit_are_refused(path: Path, case: str) -> None:
    change, why = ODD[case]
    changed(path, change)
    assert why in refusal(path)


def test_a_file_that_was_cut_off_is_refused(path: Path) -> None:
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    assert "not JSON" in refusal(path)
    path.write_text("".join(line for line in whole.splitlines(keepends=True)[:-1]))
    assert "the file was cut off" in refusal(path)
    path.write_text("")
    assert "the file is empty" in refusal(path)


@pytest.mark.parametrize("content", [b"# rboard\n", b"\xff\xfe", b"{}", b"[]"])
def test_another_file_is_known_by_its_first_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert ":1: this is no board that rboard exported" in refusal(path)


def test_a_file_that_was_changed_is_refused(path: Path) -> None:
    whole = path.read_text()
    path.write_text(whole.replace("Deeper", "Lesser", 1))
    assert "its checksum is another" in refusal(path)
    lines = whole.splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if '"revision"' in line)
    path.write_text("".join(lines[:place] + lines[place + 1 :]))
    assert "lines are missing" in refusal(path)
    path.write_text(whole + '{"kind": "post"}\n')
    assert "behind the last line" in refusal(path)


def test_what_is_no_such_file_is_refused(path: Path, tmp_path: Path) -> None:
    lines = lines_of(path)
    for header in ({"kind": "post"}, lines[0] | {"version": 2}, lines[0] | {"site": ["x"]}):
        write_lines(path, [header, *lines[1:-1]])
        refusal(path)
    path.write_text("[]\n")
    assert "not a JSON object" in refusal(path)
    path.write_bytes(b"\xff\xfe\n")
    assert "not UTF-8" in refusal(path)
    path.write_bytes(b"\x28\xb5\x2f\xfd damaged")
    assert "damaged" in refusal(path)
    path.unlink()
    assert "there is no file" in refusal(path)


def test_a_board_that_is_here_is_left_alone(path: Path) -> None:
    with pytest.raises(CommandError, match="there is a board Garden already"):
        bring(path, "--same-site")
    with pytest.raises(CommandError, match="--as"):
        bring(path, "--as", "no name")
    with pytest.raises(CommandError, match="no member 'nobody'"):
        bring(path, "--as", "Other", "--owner", "nobody")


def test_what_is_not_known_is_counted(path: Path) -> None:
    def later(lines: list[Line]) -> None:
        first(lines, "post")["flair"] = "red"
        lines.append({"kind": "poll", "question": "?"})
        lines.append({"kind": None})

    changed(path, later)
    told = bring(path, "--as", "Other", "--same-site")
    assert told["ignored"] == {"fields": 1, "lines": 2}


def test_html_of_a_file_is_not_believed(path: Path) -> None:
    def evil(lines: list[Line]) -> None:
        line = first(lines, "post", title="A rose is")
        line["html"] = "<script>alert(1)</script>"
        line["text"] = "<script>alert(2)</script>[x](javascript:alert(3))\u202e\x00"
        first(lines, "board")["description_html"] = "<script>alert(4)</script>"

    changed(path, evil)
    bring(path, "--as", "Other", "--same-site")
    post = Post.objects.get(board__name="Other", title="A rose is")
    assert "<script" not in post.html + post.board.description_html
    assert 'href="javascript' not in post.html
    assert "\x00" not in post.text
    assert "\u202e" not in post.text


def test_the_columns_of_an_act_are_not_believed(path: Path) -> None:
    """Whoever takes an act back would write them."""

    def evil(lines: list[Line]) -> None:
        for line in lines:
            if line["kind"] == "act" and line["verb"] == "label":
                line["before"] = {"before": {"author_id": 1}, "after": {"author_id": 2}}
            if line["kind"] == "act" and line["verb"] == "remove":
                line["before"]["before"].pop("removed_at")

    changed(path, evil)
    told = bring(path, "--as", "Other", "--same-site")
    assert told["counts"]["acts that can't be taken back"] >= 2
    acts = Act.objects.filter(board__name="Other", verb__in=["label", "remove"])
    assert not can_undo(acts)


def test_a_batch_with_odd_acts_can_still_be_taken_back(path: Path) -> None:
    def evil(lines: list[Line]) -> None:
        for line in lines:
            if line["kind"] == "act" and line["verb"] == "spam":
                line["before"] = {}

    changed(path, evil)
    bring(path, "--as", "Other", "--same-site")
    ban = Act.objects.get(board__name="Other", verb="ban", batch__isnull=False)
    assert ban.batch is not None
    undo_batch(ban.batch, By())
    assert Comment.objects.filter(post__board__name="Other", text="Swept").get().removed_at


def test_names_that_sound_like_an_office_or_like_somebody_are_not_taken(path: Path) -> None:
    RetiredName.objects.create(skeleton="cat")

    def evil(lines: list[Line]) -> None:
        names = iter(("administrator", "0lly", "cat", "ok_name"))
        for line in [each for each in lines if each["kind"] == "member"][:4]:
            line["username"] = next(names)

    changed(path, evil)
    Member.objects.filter(username="cat").update(username="cat0", skeleton="cat0")
    Member.objects.create_user("newowner")
    bring(path, "--as", "Other", "--owner", "newowner")
    names = set(Member.objects.filter(imported=True).values_list("username", flat=True))
    assert {"administrator-import", "0lly-import", "cat-import", "ok_name"} <= names


def test_a_rehearsal_finds_most_of_it(path: Path) -> None:
    changed(path, _circle)
    with pytest.raises(CommandError, match="same tree"):
        run("import_board", path, "--as", "Other", "--same-site")
    assert_sound()
