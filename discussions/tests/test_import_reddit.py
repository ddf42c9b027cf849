"""manage.py import_reddit: what becomes of an archive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions import ranking
from discussions.importing import comments, planting
from discussions.models import Comment, Post
from discussions.tests.archives import (
    DATE,
    Importer,
    archive_fixture,  # noqa: F401
    assert_sound,
    parents,
    remark,
    run,
    shape,
    submission,
)
from inbox.models import Letter

WRITTEN = datetime.fromtimestamp(DATE, UTC)


def test_a_post_keeps_what_it_was(archive: Importer) -> None:
    archive(
        [
            submission(
                title="Tom &amp; Jerry",
                selftext="*Hello* &gt; you",
                score=42,
                locked=True,
                edited=DATE + 30.0,
            )
        ]
    )
    post = Post.objects.get(source_id="t3_p1")
    assert (post.title, post.slug, post.text) == ("Tom & Jerry", "tom-jerry", "*Hello* > you")
    assert "<em>Hello</em>" in post.html
    assert (post.author.username, post.board.name) == ("ann", "gardens")
    assert (post.created_at, post.active_at) == (WRITTEN, WRITTEN)
    assert post.edited_at == WRITTEN + timedelta(seconds=30)
    assert post.locked_at == WRITTEN
    assert (post.ups, post.downs, post.score, post.base_score) == (42, 0, 42, 42)
    assert post.hot == pytest.approx(ranking.hot(42, WRITTEN))
    assert post.votes.count() == 0
    assert_sound()


def test_a_link_post_leads_where_it_led(archive: Importer) -> None:
    archive([submission(is_self=False, url="https://www.a.example/x?b=1&amp;c=2", selftext="")])
    post = Post.objects.get()
    assert post.url == "https://www.a.example/x?b=1&c=2"
    assert post.domain == "a.example"
    assert Post.objects.with_link("http://a.example/x?b=1&c=2", post.board).get() == post


def test_a_comment_keeps_what_it_was(archive: Importer) -> None:
    archive([submission()], [remark("c1", body="See **this**", score=-7, edited=True)])
    comment = Comment.objects.get(source_id="t1_c1")
    assert comment.text == "See **this**"
    assert "<strong>this</strong>" in comment.html
    assert comment.author.username == "ben"
    assert comment.created_at == comment.edited_at == WRITTEN + timedelta(seconds=60)
    assert (comment.ups, comment.downs, comment.score) == (0, 7, -7)
    assert comment.base_score == -7
    assert comment.best == ranking.best(0, 7)
    assert comment.votes.count() == 0
    assert not comment.orphaned


def test_the_tree_is_the_archives(archive: Importer) -> None:
    lines = [
        remark("c4", "c2", created_utc=DATE + 4),  # before its parent
        remark("c1", created_utc=DATE + 1),
        remark("c3", "c1", created_utc=DATE + 3),  # before its older sibling
        remark("c2", "c1", created_utc=DATE + 2),
        remark("d1", post="p2", created_utc=DATE + 1),
        remark("c5", created_utc=DATE + 5),
    ]
    archive([submission("p1"), submission("p2")], lines)
    assert parents() == {"c1": None, "c2": "c1", "c3": "c1", "c4": "c2", "d1": None, "c5": None}
    assert sorted(shape()) == [
        ("c1", 1, 8, 0),
        ("c2", 2, 5, 1),
        ("c3", 6, 7, 1),
        ("c4", 3, 4, 2),
        ("c5", 1, 2, 0),
        ("d1", 1, 2, 0),
    ]
    assert_sound()


def test_a_chain_of_a_thousand_is_a_tree(archive: Importer) -> None:
    chain = [
        remark(f"c{number}", f"c{number - 1}" if number else None, created_utc=DATE + number)
        for number in range(1_000)
    ]
    archive([submission()], chain)
    assert shape()[-1] == ("c999", 1000, 1001, 999)
    assert_sound()


def test_large_threads_come_in_parts_and_are_the_same(
    archive: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chains = {f"c{number}": f"c{number - 1}" if number % 4 else None for number in range(100)}
    lines = [remark(comment, parent) for comment, parent in chains.items()]
    lines += [remark("x1", "x2"), remark("x2", "x1"), remark("c3", body="Twice"), remark("y", "c2")]
    sizes: list[int] = []
    plant = planting.plant

    def measured(new: dict[Any, str], *arguments: Any) -> planting.Planted:
        sizes.append(len(new))
        return plant(new, *arguments)

    monkeypatch.setattr(comments, "PACK", 10)
    monkeypatch.setattr(planting, "plant", measured)
    outcome = archive([submission()], lines)
    assert max(sizes) <= 10
    assert (sum(sizes), outcome.done["duplicates"], outcome.done["orphans"]) == (103, 1, 1)
    assert parents() == {**chains, "x1": None, "x2": "x1", "y": "c2"}
    assert_sound()


def test_counters_are_right_from_the_start(archive: Importer) -> None:
    archive(
        [submission(), submission("p2", created_utc=DATE + 500), submission("p3")],
        [remark("c1", created_utc=DATE + 90), remark("c2", "c1", created_utc=DATE + 70)],
    )
    post, board = Post.objects.get(source_id="t3_p1"), Board.objects.get()
    assert post.comment_count == 2
    assert post.active_at == WRITTEN + timedelta(seconds=90)
    assert board.post_count == 3
    assert board.active_at == WRITTEN + timedelta(seconds=500)
    assert_sound()


def test_boards_are_made_as_needed(archive: Importer) -> None:
    archive(
        [
            submission("p1", created_utc=DATE + 9, subreddit="Gardens"),
            submission("p2"),
            submission("p3", created_utc=DATE + 5),
        ]
    )
    board = Board.objects.get()
    assert (board.name, board.title, board.is_private) == ("gardens", "gardens", False)
    assert (board.created_by, board.created_at) == (None, WRITTEN)
    assert board.active_at == WRITTEN + timedelta(seconds=9)
    assert board.moderators.count() == 0


def test_a_board_that_is_here_is_used_whatever_its_case(archive: Importer) -> None:
    maker = Member.objects.create_user("maker")
    here = make_board(maker=maker, name="GARDENS", title="Ours", is_private=True)
    archive([submission()])
    assert Post.objects.get().board == here
    here.refresh_from_db()
    assert (here.title, here.is_private, here.post_count) == ("Ours", True, 1)
    assert here.active_at > WRITTEN


def test_only_the_boards_named_are_imported(archive: Importer) -> None:
    posts = [submission("p1"), submission("p2", subreddit="Ponds"), submission("p3", subreddit="x")]
    comments = [
        remark("c1"),
        remark("c2", post="p2", subreddit="Ponds"),
        remark("c3", post="p3", subreddit="x"),
    ]
    outcome = archive(posts, comments, "--board", "PONDS", "other")
    assert outcome.status == 0
    assert [post.source_id for post in Post.objects.all()] == ["t3_p2"]
    assert parents() == {"c2": None}
    assert outcome.done["skipped"] == 4


def test_only_comments_of_the_boards_named_come_to_posts_that_are_here(archive: Importer) -> None:
    archive([submission("p1"), submission("p2", subreddit="Ponds")])
    unnamed = [remark("c2", post="p2"), remark("c3")]
    for line in unnamed:
        del line["subreddit"]
    archive(None, [remark("c1"), *unnamed], "--board", "ponds")
    assert parents() == {"c2": None}


def test_marks_of_what_is_gone_are_kept(archive: Importer) -> None:
    archive(
        [submission(selftext="[removed]"), submission("p2", selftext="[deleted]", author=None)],
        [
            remark("c1", body="[deleted]", author="[deleted]"),
            remark("c2", "c1", body="[removed]"),
            remark("c3", "c1", author="[deleted]"),
        ],
    )
    removed, deleted = Post.objects.order_by("source_id")
    assert (removed.removed_at, removed.deleted_at, removed.text) == (WRITTEN, None, "")
    assert (deleted.removed_at, deleted.deleted_at, deleted.text) == (None, WRITTEN, "")
    assert deleted.author is None
    first, second, third = Comment.objects.order_by("source_id")
    assert (first.author, first.text, first.html) == (None, "", "")
    assert first.deleted_at == first.created_at
    assert second.removed_at == second.created_at
    assert (third.author, third.text, third.is_live) == (None, "Text of c3.", True)
    assert Board.objects.get().post_count == 0
    assert_sound()


def test_nobody_gets_a_letter(archive: Importer) -> None:
    Member.objects.create_user("native")
    archive([submission(selftext="u/native")], [remark("c1", body="Hello u/native")])
    assert not Letter.objects.exists()


def test_either_file_may_be_left_out(archive: Importer) -> None:
    assert archive([submission()]).done["posts"] == 1
    assert archive(None, [remark("c1")]).done["comments"] == 1


def test_without_a_file_it_tells_how_it_is_used(db: None) -> None:
    with pytest.raises(CommandError, match="--submissions") as error:
        call_command("import_reddit")
    assert error.value.returncode == 2


def test_it_tells_people_what_it_did(archive: Importer) -> None:
    posts = archive.write("submissions", [submission()])
    comments = archive.write("comments", [remark("c1"), remark("x", post="y"), "-"])
    status, output = run("import_reddit", "--submissions", str(posts), "--comments", str(comments))
    assert status == 3
    assert [line.strip() for line in output.splitlines()] == [
        "1 posts written",
        "1 comments written",
        "1 boards made",
        "2 members made",
        "1 lines or files could not be read, as told above",
        "1 comments left out, as their post is neither here nor in the archive: x (post y)",
    ]


def test_the_file_of_comments_may_be_read_before_that_of_posts(
    archive: Importer, tmp_path: Path
) -> None:
    """A second run finds what the first one could not place."""
    assert archive(None, [remark("c1")]).problems == {"without_post": 1}
    assert archive([submission()], [remark("c1")]).done["comments"] == 1
