"""manage.py import_reddit on archives that are damaged, incomplete or hostile."""

import json
from datetime import UTC, datetime

import pytest
import zstandard
from django.core.management import CommandError, call_command

from boards.models import Board
from discussions.importing import comments
from discussions.models import Comment, Post
from discussions.tests.archives import (
    DATE,
    Importer,
    archive_fixture,  # noqa: F401
    assert_sound,
    parents,
    remark,
    submission,
)

WRITTEN = datetime.fromtimestamp(DATE, UTC)


def test_what_can_not_be_a_boards_name_is_told_and_left_out(archive: Importer) -> None:
    outcome = archive([submission("p1", subreddit="u_no-name\x1b[31m"), submission("p2")])
    assert outcome.status == 3
    assert outcome.problems == {"foreign_board": 1}
    assert outcome.done["examples"]["foreign_board"] == ["u_no-name\\x1b[31m"]
    assert [board.name for board in Board.objects.all()] == ["gardens"]


def test_long_texts_are_cut_to_what_fits_here(archive: Importer) -> None:
    archive([submission(selftext="x" * 40_001)], [remark("c1", body="y" * 10_001)])
    post, comment = Post.objects.get(), Comment.objects.get()
    assert (len(post.text), len(comment.text)) == (40_000, 10_000)
    assert post.text.endswith("x\n\n[…]")
    assert comment.text.endswith("y\n\n[…]")


def test_texts_may_hold_anything(archive: Importer) -> None:
    wild = "tab\there\nback\\slash \\N \\. 'quote' \"double\" \x00\ud800 %s %(x)s {} ಠ_ಠ 🌱"
    tame = wild.replace("\x00\ud800", "")
    archive([submission(selftext=wild, title=wild)], [remark("c1", body=wild)])
    assert Post.objects.get().text == tame
    assert Comment.objects.get().text == tame


def test_what_markdown_refuses_is_shown_as_plain_text(archive: Importer) -> None:
    archive([submission()], [remark("c1", body="> " * 200 + "<script>")])
    html = Comment.objects.get().html
    assert "&lt;script&gt;" in html
    assert "<blockquote>" not in html


def test_scripts_stay_words(archive: Importer) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    archive([submission(selftext=evil, title=evil)], [remark("c1", body=evil)])
    for html in (Post.objects.get().html, Comment.objects.get().html):
        assert "<script" not in html
        assert "javascript:" not in html.replace("(javascript:alert(1))", "")


@pytest.mark.parametrize("parent", ["t1_missing", int("gone", 36), "t1_d1", "t1_c1"], ids=str)
def test_orphans_hang_under_the_post(archive: Importer, parent: object) -> None:
    """The parent is nowhere, nowhere as a number, in another thread, the comment itself."""
    outcome = archive(
        [submission("p1"), submission("p2")],
        [remark("c1", parent_id=parent), remark("c2", "c1"), remark("d1", post="p2")],
    )
    assert outcome.status == 0
    assert outcome.done["orphans"] == 1
    assert parents() == {"c1": None, "c2": "c1", "d1": None}
    assert [c.source_id for c in Comment.objects.filter(orphaned=True)] == ["t1_c1"]
    assert_sound()


def test_circles_are_broken(archive: Importer) -> None:
    lines = [remark("c1", "c3"), remark("c2", "c1"), remark("c3", "c2"), remark("c4", "c3")]
    outcome = archive([submission()], lines)
    assert outcome.done["orphans"] == 1
    assert parents() == {"c1": None, "c2": "c1", "c3": "c2", "c4": "c3"}
    assert_sound()


def test_old_comments_without_a_parent_answer_the_post(archive: Importer) -> None:
    line = remark("c1")
    del line["parent_id"]
    outcome = archive([submission()], [line])
    assert parents() == {"c1": None}
    assert outcome.done["orphans"] == 0


def test_comments_without_their_post_are_told(archive: Importer) -> None:
    outcome = archive([submission()], [remark("c1"), remark("x1", post="unknown")])
    assert outcome.status == 3
    assert outcome.problems == {"without_post": 1}
    assert outcome.done["examples"] == {"without_post": ["x1 (post unknown)"]}
    assert parents() == {"c1": None}


def test_of_two_with_one_id_the_first_wins(archive: Importer) -> None:
    outcome = archive(
        [submission(title="First"), submission(title="Second")],
        [remark("c1", body="First"), remark("c1", body="Second", created_utc=DATE + 60)],
    )
    assert outcome.status == 0
    assert outcome.done["duplicates"] == 2
    assert Post.objects.get().title == "First"
    assert Comment.objects.get().text == "First"
    assert_sound()


def test_of_two_with_one_id_the_first_in_the_file_wins_whatever_their_dates(
    archive: Importer,
) -> None:
    archive(
        [submission()], [remark("c1", body="First"), remark("c1", body="Old", created_utc=DATE)]
    )
    assert Comment.objects.get().text == "First"


@pytest.mark.parametrize("pack", [1, 2_000])
def test_one_id_in_two_threads_comes_once(
    archive: Importer, monkeypatch: pytest.MonkeyPatch, pack: int
) -> None:
    monkeypatch.setattr(comments, "PACK", pack)
    outcome = archive([submission("p1"), submission("p2")], [remark("c1"), remark("c1", post="p2")])
    assert outcome.status == 0
    assert Comment.objects.count() == 1
    assert_sound()


def test_malformed_lines_are_told_and_passed_over(archive: Importer) -> None:
    posts = [submission(), "{broken", submission("p2", created_utc="soon"), submission("p3")]
    outcome = archive(posts, ["[]", remark("c1"), remark("c2", body=None)])
    assert outcome.status == 3
    assert outcome.problems == {"malformed": 4}
    assert outcome.done["posts"] == 2
    assert outcome.done["comments"] == 1
    told = [line.rpartition("/")[2] for line in outcome.errors.splitlines()]
    assert told == [
        "submissions.ndjson:2: not JSON: Expecting property name enclosed in double quotes at "
        "column 2",
        "submissions.ndjson:3: created_utc is not a number",
        "comments.ndjson:1: not a JSON object",
        "comments.ndjson:3: no body",
    ]


def test_what_a_cut_file_still_holds_is_kept(archive: Importer) -> None:
    lines = [json.dumps(remark(f"c{number}", body=str(number) * 999)) for number in range(200)]
    pack = zstandard.ZstdCompressor().compress
    whole = pack("\n".join([*lines, ""]).encode())
    outcome = archive([submission()], whole + pack(b"x" * 999_999)[:-9])
    assert outcome.status == 3
    assert outcome.done["comments"] == 200
    assert "cut short" in outcome.errors
    assert_sound()


def test_a_missing_file_is_told_before_anything_is_done(archive: Importer) -> None:
    posts = archive.write("submissions", [submission()])
    with pytest.raises(CommandError, match="cannot read nowhere: No such file"):
        call_command("import_reddit", "--submissions", str(posts), "--comments", "nowhere")
    assert not Post.objects.exists()
