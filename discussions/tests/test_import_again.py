"""manage.py import_reddit run again: with a later dump, after a kill, beside others."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.module_loading import import_string

from accounts.models import Member
from discussions.actions.comments import delete_comment, reply
from discussions.actions.votes import vote
from discussions.importing import planting, records, retry
from discussions.importing.retry import insist
from discussions.models import Comment, Post
from discussions.tests.archives import (
    DATE,
    Importer,
    archive_fixture,  # noqa: F401
    assert_sound,
    imported,
    parents,
    remark,
    run,
    shape,
    submission,
)

POSTS = [submission("p1"), submission("p2")]
COMMENTS = [
    remark("c1"),
    remark("c2", "c1"),
    remark("d1", post="p2"),
    remark("c3", "c2", created_utc=DATE + 90),
]


def test_a_second_run_changes_nothing(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    before, members = imported(), Member.objects.count()
    outcome = archive(POSTS, COMMENTS)
    assert outcome.status == 0
    assert (outcome.done["posts"], outcome.done["posts_here"]) == (0, 2)
    assert (outcome.done["comments"], outcome.done["comments_here"]) == (0, 4)
    assert imported() == before
    assert Member.objects.count() == members
    assert_sound()


def test_a_second_run_keeps_what_happened_here(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    comment = Comment.objects.select_related("author").get(source_id="t1_c1")
    voter = Member.objects.create_user("voter")
    vote(voter=voter, target=comment, value=1)
    delete_comment(author=comment.author, comment=comment)
    archive(POSTS, COMMENTS)
    comment.refresh_from_db()
    assert (comment.text, comment.score, comment.is_live) == ("", 2, False)
    assert_sound()


def test_a_later_dump_adds_to_threads(archive: Importer) -> None:
    archive(POSTS, COMMENTS[:2])
    archive(None, [*COMMENTS, remark("c4", "c1"), remark("c5", "c4"), remark("c6")])
    assert parents() == {
        "c1": None, "c2": "c1", "c3": "c2", "c4": "c1", "c5": "c4", "c6": None, "d1": None,
    }  # fmt: skip
    assert sorted(shape()) == [
        ("c1", 1, 10, 0),
        ("c2", 2, 5, 1),
        ("c3", 3, 4, 2),
        ("c4", 6, 9, 1),
        ("c5", 7, 8, 2),
        ("c6", 1, 2, 0),
        ("d1", 1, 2, 0),
    ]
    post = Post.objects.get(source_id="t3_p1")
    assert post.comment_count == 6
    assert post.active_at == datetime.fromtimestamp(DATE, UTC) + timedelta(seconds=90)
    assert_sound()


def test_a_later_dump_finds_its_place_among_members_replies(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    member = Member.objects.create_user("native")
    post = Post.objects.select_related("board").get(source_id="t3_p1")
    parent = Comment.objects.get(source_id="t1_c2")
    ours = reply(author=member, post=post, parent=parent, text="ours")
    reply(author=member, post=post, parent=ours, text="and more")
    archive(None, [remark("c4", "c2"), remark("c5", "c3"), remark("c6", "c1")])
    rows = Comment.objects.filter(post=post).order_by("lft")
    assert list(rows.values_list("text", "lft", "rght", "level")) == [
        ("Text of c1.", 1, 16, 0),
        ("Text of c2.", 2, 13, 1),
        ("Text of c3.", 3, 6, 2),
        ("Text of c5.", 4, 5, 3),
        ("ours", 7, 10, 2),
        ("and more", 8, 9, 3),
        ("Text of c4.", 11, 12, 2),
        ("Text of c6.", 14, 15, 1),
    ]
    post.refresh_from_db()
    assert post.comment_count == 8
    assert post.active_at > datetime.fromtimestamp(DATE, UTC) + timedelta(days=1)
    assert_sound()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_waits_for_a_member_who_writes_in_the_same_tree(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    member = Member.objects.create_user("native")
    post = Post.objects.select_related("board").get(source_id="t3_p1")
    path = archive.write("comments", [remark("c4", "c1"), remark("c5", "c2")])
    adding = threading.Thread(target=import_elsewhere, args=[path])
    with transaction.atomic():
        reply(author=member, post=post, parent=Comment.objects.get(source_id="t1_c3"), text="ours")
        adding.start()
        adding.join(1)
        assert adding.is_alive()
    adding.join(30)
    assert parents().keys() == {"c1", "c2", "c3", "c4", "c5", "d1"}
    assert_sound()


def import_elsewhere(path: Path) -> None:
    run("import_reddit", "--comments", str(path))
    connection.close()


def test_an_orphan_of_a_later_dump_hangs_under_the_post(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    archive(None, [remark("c4", "nowhere"), remark("c5", "d1")])
    assert parents()["c4"] is None
    assert parents()["c5"] is None
    assert Comment.objects.filter(orphaned=True).count() == 2


def test_it_does_not_add_to_a_broken_tree(archive: Importer) -> None:
    archive(POSTS, COMMENTS)
    child, root = (Comment.objects.get(source_id=f"t1_{name}") for name in ("c2", "c1"))
    other = Comment.objects.get(source_id="t1_d1")
    Comment.objects.filter(pk=child.pk).update(parent=other)
    path = archive.write("comments", [remark("c9", "c2")])
    with pytest.raises(CommandError, match="check_tree --fix"):
        run("import_reddit", "--comments", str(path))
    assert Comment.objects.filter(tree_id=root.tree_id).count() == 3


def test_a_post_purged_meanwhile_is_noticed(archive: Importer) -> None:
    archive([submission()])
    comment = records.remark(remark("c1"))
    with pytest.raises(IntegrityError, match="purged"):
        planting._count_on_posts([comment], {"p1": Post.objects.get().pk + 1})


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_it_tries_again_when_another_transaction_crossed_it(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    tries: list[str] = []

    def write() -> str:
        tries.append("write")
        if tries.count("write") < retry.ATTEMPTS:
            raise error
        return "done"

    assert insist(write, lambda: tries.append("again")) == "done"
    assert tries == ["write", *["again", "write"] * (retry.ATTEMPTS - 1)]


def test_it_does_not_try_for_ever(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)

    def write() -> None:
        raise IntegrityError("never")

    with pytest.raises(IntegrityError):
        insist(write, lambda: None)


def test_it_tries_again_when_what_comes_before_fails_too(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    tries: list[str] = []

    def tried(name: str, failures: int) -> None:
        tries.append(name)
        if tries.count(name) <= failures:
            raise OperationalError("the database system is starting up")

    insist(lambda: tried("write", 1), lambda: tried("again", 2))
    assert tries == ["write", "again", "again", "again", "write"]


@pytest.mark.parametrize("question", ["planting.homes", "planting.here", "posts._here"])
def test_it_asks_again_when_the_database_restarts(
    question: str, archive: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    archive(POSTS, COMMENTS[:1])
    ask = import_string(f"discussions.importing.{question}")
    failures = [OperationalError("server closed the connection")]

    def failing_once(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return ask(*arguments)

    monkeypatch.setattr(f"discussions.importing.{question}", failing_once)
    assert archive(POSTS, COMMENTS).done["comments"] == 3
    assert not failures
    assert_sound()
