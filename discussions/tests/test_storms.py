"""Many processes write at once: nothing is lost, no tree breaks, no count drifts."""

import json
import os
import subprocess
import sys
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Sum

from accounts.models import Member
from boards.actions import appoint, make_board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, CommentVote, Post, PostVote
from moderation.models import Act
from moderation.models.log import Verb

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """The address of the tests' database, for other processes."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    login = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}" if at["PASSWORD"] else at["USER"]
    return f"postgres://{login}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def storm(kind: str, writers: list[Member], count: int, posts: list[Post]) -> None:
    """Let each writer do `count` deeds in a process of its own, all at once."""
    await_all(start(kind, writers, count, posts))


def start(
    kind: str, writers: list[Member], count: int, posts: list[Post]
) -> "subprocess.Popen[str]":
    names = ",".join(writer.username for writer in writers)
    command = [sys.executable, "-m", "discussions.tests.storm", kind, names, str(count)]
    return subprocess.Popen(
        [*command, *(str(post.pk) for post in posts)],
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_all(*processes: "subprocess.Popen[str]") -> None:
    for process in processes:
        complaints, errors = process.communicate(timeout=300)
        assert not complaints
        assert process.returncode == 0, errors


def cast(count: int) -> list[Member]:
    return [Member.objects.create_user(f"writer-{number:02}") for number in range(count)]


def threads(author: Member, count: int) -> list[Post]:
    board = make_board(maker=author, name="storm", title="Storm")
    return [submit_post(author=author, board=board, title=str(n)) for n in range(count)]


def assert_whole(posts: list[Post], replies: int) -> None:
    assert Comment.objects.count() == replies
    counted = dict(Comment.objects.values_list("post").annotate(Count("pk")))
    for post in posts:
        post.refresh_from_db()
        assert post.comment_count == counted.get(post.pk, 0)
    report = StringIO()
    call_command("check_tree", "--json", stdout=report)
    assert json.loads(report.getvalue())["faults"] == 0
    assert_nothing_drifted()


def assert_nothing_drifted() -> None:
    for command in ("recount", "recompute_ranks"):
        report = StringIO()
        call_command(command, "--json", stdout=report)
        told = json.loads(report.getvalue())
        assert told["posts"]["rows"]
        del told["applied"]
        assert {name: drift["drifted"] for name, drift in told.items()} == dict.fromkeys(told, 0)


@pytest.mark.postgresql
@pytest.mark.parametrize("count", [1, 6])
def test_eight_processes_lose_no_reply(count: int) -> None:
    writers = cast(8)
    posts = threads(writers[0], count)
    storm("replies", writers, 200, posts)
    assert_whole(posts, 8 * 200)
    assert CommentVote.objects.count() == 8 * 200


@pytest.mark.one_database  # on PostgreSQL the eight above prove more
def test_twenty_writers_wait_for_each_other() -> None:
    """On SQLite nobody is told that the database is locked."""
    writers = cast(20)
    posts = threads(writers[0], 2)
    storm("replies", writers, 20, posts)
    assert_whole(posts, 20 * 20)


def test_votes_at_once_add_up() -> None:
    writers = cast(6)
    [post] = threads(writers[0], 1)
    for number in range(3):
        reply(author=writers[0], post=post, text=str(number))
    storm("votes", writers[1:], 60, [post])
    for model, target_votes in ((Post, PostVote), (Comment, CommentVote)):
        for target in model.objects.all():
            rows = target_votes.objects.filter(target=target)
            assert target.score == rows.aggregate(sum=Sum("value"))["sum"]
            assert target.ups == rows.filter(value=1).count()
            assert target.downs == rows.filter(value=-1).count()
            before = target.best if isinstance(target, Comment) else target.hot
            target.count_votes(target.ups, target.downs)
            assert before == (target.best if isinstance(target, Comment) else target.hot)
    assert_nothing_drifted()


def test_all_that_is_counted_is_right_after_all_that_changes_it() -> None:
    """Members write, vote, delete, remove, restore, follow and leave, while all is counted anew."""
    *writers, counter = cast(7)
    posts = threads(writers[0], 2)
    for writer in writers[1:]:
        appoint(board=posts[0].board, member=writer, by=writers[0])
    await_all(start("deeds", writers, 80, posts), start("recounts", [counter], 4, posts))
    for written in (Post, Comment):
        assert written.objects.live().exists()
        assert written.objects.filter(deleted_at__isnull=False).exists()
    # Which of them is still removed at the end is chance.
    assert {Verb.REMOVE, Verb.RESTORE} <= set(Act.objects.values_list("verb", flat=True))
    assert_nothing_drifted()
