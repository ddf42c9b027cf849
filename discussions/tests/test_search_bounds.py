"""What bounds a search, and what it tells where it looked at a part, or was ended."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.search import comments as comment_searching
from discussions.search import limits, matching
from discussions.search import posts as searching
from discussions.tests.conftest import signed_in
from discussions.tests.test_search import found, problem
from discussions.views import search as view


def test_comments_behind_many_of_others_are_a_link_away(
    post: Post, secret: Post, ann: Member, pam: Member, monkeypatch: Any
) -> None:
    monkeypatch.setattr(matching, "MOST_HOLDERS", 3)
    monkeypatch.setattr(comment_searching, "LOOKED_AT", 1)
    reply(author=ann, post=post, text="word first")
    for n in range(5):
        reply(author=pam, post=secret, text=f"word {n}")
    query = {"q": "word", "kind": "comments"}
    answer = Client().get("/search/", query)
    page = answer.content.decode()
    assert not answer.context["search"].page.rows
    assert "3 of them were looked at" in page
    assert "Look further" in page
    after = answer.context["search"].page.after
    answer = Client().get("/search/", {**query, "after": after})
    assert [row.text for row in answer.context["search"].page.rows] == ["word first"]
    assert "looked at" not in answer.content.decode()


def test_that_not_all_posts_were_looked_at_is_said(
    a: Board, p: Board, ann: Member, pam: Member, monkeypatch: Any
) -> None:
    monkeypatch.setattr(matching, "MOST_HOLDERS", 3)
    monkeypatch.setattr(searching, "LOOKED_AT", 1)
    monkeypatch.setattr(searching, "PAGE_SIZE", 1)
    for board, author in [(a, ann), (a, ann), (a, ann), (p, pam), (p, pam), (p, pam)]:
        submit_post(author=author, board=board, title="A word")
    submit_post(author=ann, board=a, title="Another")
    for client, told in [(Client(), True), (signed_in(pam), False)]:
        answer = client.get("/search/", {"q": "word", "sort": "new"})
        assert ("the newest 3 of them" in answer.content.decode()) is told


@pytest.mark.parametrize("kind", ["posts", "comments"])
def test_a_search_that_takes_too_long_is_ended(
    post: Post, comment: Comment, kind: str, monkeypatch: Any
) -> None:
    def dear(*_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            cursor.execute(endless + "SELECT count(*) FROM n WHERE i < 0")

    with monkeypatch.context() as patched:
        patched.setattr(limits, "SECONDS", 0.05)
        patched.setattr(view, f"search_{kind}", dear)
        assert "takes too long" in problem("first", kind=kind)
    assert len(found(Client(), "first", kind=kind)) == 1
    with connection.cursor() as cursor:  # nor is what comes later ended
        if connection.vendor == "postgresql":
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


def test_other_failures_of_the_database_are_not_hidden(post: Post, monkeypatch: Any) -> None:
    def fails(*_args: Any, **_options: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(view, "search_posts", fails)
    with pytest.raises(OperationalError, match="closed"):
        Client().get("/search/", {"q": "first"})


def test_only_the_last_words_may_go_on(a: Board, ann: Member) -> None:
    submit_post(author=ann, board=a, title="Avocets bitterns cormorants dunnocks")
    assert found(Client(), "bittern cormorant dunnock avocets") == []
    assert found(Client(), "avocets bittern cormorant dunnock -egret")
    assert found(Client(), "avocets bitterns cormorants dunnock")
