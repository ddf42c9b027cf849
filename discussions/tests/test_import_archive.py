"""manage.py import_reddit on real conversations, where they are at hand."""

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
import zstandard
from django.db import connection
from django.db.models import Count

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.tests.archives import REAL, assert_sound, run
from paging.tests.lasting import lasting

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.is_dir(), reason="needs the archive of REDDIT_ARCHIVE"),
]

FILES = {kind: REAL / f"{kind}.ndjson.zst" for kind in ("submissions", "comments")}
ARGUMENTS = [text for kind, path in FILES.items() for text in (f"--{kind}", str(path))]


def lines(kind: str) -> Iterator[dict[str, Any]]:
    with FILES[kind].open("rb") as file:
        text = zstandard.ZstdDecompressor().stream_reader(file).read().decode()
    return map(json.loads, text.splitlines())


def words(text: str) -> list[str]:
    """A text but for its blanks, which markup.clean tidies, and its entities."""
    return html.unescape(text).split()


@pytest.fixture(scope="module")
def imported(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    with lasting(django_db_blocker):
        status, output = run("import_reddit", "--json", *ARGUMENTS)
        assert status == 0
        yield dict(json.loads(output))


def test_everything_comes_in(imported: dict[str, Any]) -> None:
    assert imported["posts"] == Post.objects.count() == 1_204
    assert imported["comments"] == Comment.objects.count() == 1_969
    assert imported["boards"] == Board.objects.count() == 12
    assert imported["members"] == Member.objects.filter(imported=True).count()
    assert imported["orphans"] == 0
    assert imported["problems"] == dict.fromkeys(imported["problems"], 0)
    assert_sound()
    counts = dict(Post.objects.filter(comment_count__gt=0).values_list("title", "comment_count"))
    assert counts == {"We're back": 1_403, "Ba Dum Tsss": 534}


def test_comments_are_what_they_were(imported: dict[str, Any]) -> None:
    columns = ["parent__source_id", "post__source_id", "author__username", "score", "text"]
    found = {row[0]: row[1:] for row in Comment.objects.values_list("source_id", *columns)}
    for raw in lines("comments"):
        parent, post, author, score, text = found[f"t1_{raw['id']}"]
        assert (parent or post) == raw["parent_id"]
        assert post == raw["link_id"]
        assert (author or "[deleted]") == raw["author"]
        assert score == raw["score"]
        if raw["body"] != "[deleted]":
            assert words(text) == words(raw["body"])


def test_posts_are_what_they_were(imported: dict[str, Any]) -> None:
    columns = ["board__name", "author__username", "score", "title", "url", "created_at"]
    found = {row[0]: row[1:] for row in Post.objects.values_list("source_id", *columns)}
    for raw in lines("submissions"):
        board, author, score, title, url, created_at = found[f"t3_{raw['id']}"]
        assert (board, author or "[deleted]") == (raw["subreddit"], raw["author"])
        assert (score, title) == (raw["score"], " ".join(raw["title"].split()))
        assert url == ("" if raw["is_self"] else raw["url"])
        assert created_at.timestamp() == raw["created_utc"]


def test_what_was_gone_is_gone(imported: dict[str, Any]) -> None:
    gone = sum(raw["body"] == "[deleted]" for raw in lines("comments"))
    assert Comment.objects.exclude(deleted_at=None).filter(text="", html="").count() == gone == 32
    states = Post.objects.aggregate(deleted=Count("deleted_at"), removed=Count("removed_at"))
    assert states == {"deleted": 1, "removed": 2}


def test_twice_is_once(imported: dict[str, Any]) -> None:
    before = set(Comment.objects.values_list("pk", "source_id", "lft", "rght"))
    status, output = run("import_reddit", "--json", *ARGUMENTS)
    again = json.loads(output)
    assert status == 0
    assert (again["posts"], again["comments"], again["members"]) == (0, 0, 0)
    assert set(Comment.objects.values_list("pk", "source_id", "lft", "rght")) == before


@pytest.mark.postgresql
def test_looking_for_what_is_here_takes_the_index(imported: dict[str, Any]) -> None:
    ids = list(Comment.objects.values_list("source_id", flat=True)[:1_000])
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    plan = Comment.objects.filter(source_id__in=ids).explain()
    assert "comment_source_comes_once" in plan
