"""Rules, replies and moderators at the same moment: none waits for what the other has locked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.models import Comment, Post
from moderation.actions import content, desk
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import AutoRule
from rboard.tests.security.threads import PATIENCE, ends_first, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("deed", ["hold", "remove", "report", "note"])
def test_a_rule_takes_a_reply_while_a_moderator_waits_for_its_tree(
    deed: str,
    a: Board,
    post: Post,
    comment: Comment,
    ben: Member,
    mo: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    AutoRule.objects.create(board=a, name="x", is_active=True, words="buy", deed=deed, reason="x")
    in_tree, go_on = Event(), Event()
    place_below = Comment.place_below

    def held(comment: Comment, parent: Comment) -> None:
        place_below(comment, parent)
        in_tree.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(Comment, "place_below", held)

    def answer() -> Any:
        return reply(author=ben, post=post, parent=comment, text="buy")

    def lock() -> Any:
        return content.set_locked(comment, By(mo), locked=True)

    with ThreadPoolExecutor(2) as pool:
        answered = in_thread(pool, answer)
        try:
            assert in_tree.wait(PATIENCE)
            # It has the board and waits for the tree; on SQLite for all of it.
            locked, is_first = ends_first(pool, lock)
            assert not is_first
        finally:
            go_on.set()
        assert answered.result(PATIENCE).is_live is (deed not in ("hold", "remove"))
        assert locked.result(PATIENCE)


@pytest.mark.parametrize("deed", ["warn", "mute", "ban"])
def test_a_reply_comes_while_its_parent_s_author_is_judged(
    deed: str,
    a: Board,
    post: Post,
    comment: Comment,
    ben: Member,
    mo: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = report(reporter=ben, board=a, target=comment, reason="Rude.")
    assert made is not None
    in_tree, go_on = Event(), Event()
    lock = content.lock

    def held(text: Any) -> None:
        lock(text)
        in_tree.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(content, "lock", held)
    wishes = Wishes(reason="x", until=timezone.now() + timedelta(days=1))
    with ThreadPoolExecutor(2) as pool:
        judged = in_thread(pool, lambda: desk.decide(made.case, By(mo), deed, wishes))
        try:
            assert in_tree.wait(PATIENCE)
            answered, is_first = ends_first(
                pool, lambda: reply(author=ben, post=post, parent=comment, text="x")
            )
            assert not is_first
        finally:
            go_on.set()
        judged.result(PATIENCE)
        assert answered.result(PATIENCE).is_live
