"""The mod log only grows, and stays when what it tells of goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, connection, transaction

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board
from discussions.actions.purge import purge_board, purge_post
from discussions.models import Comment, Post
from inbox.models import Letter
from moderation.actions import content, people
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal, Case


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES: dict[str, Callable[[Act], Any]] = {
    "save": lambda act: act.save(),
    "update": lambda act: Act.objects.update(reason="Otherwise."),
    "delete": lambda act: act.delete(),
    "delete all": lambda act: Act.objects.all().delete(),
    "raw update": lambda act: _raw("UPDATE moderation_act SET reason = 'x'"),
    "raw delete": lambda act: _raw("DELETE FROM moderation_act"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_it(change: str, post: Post, mo: Member) -> None:
    act = content.remove(post, By(mo), reason="Because.")
    assert act
    act.reason = "Otherwise."
    with pytest.raises(Error, match="only grows"), transaction.atomic():
        CHANGES[change](act)
    assert Act.objects.get().reason == "Because."


@pytest.mark.postgresql
def test_the_database_refuses_to_empty_it(post: Post, mo: Member) -> None:
    content.remove(post, By(mo))
    with pytest.raises(Error, match="only grows"), transaction.atomic():
        _raw("TRUNCATE moderation_act CASCADE")
    assert Act.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such insert")
@pytest.mark.parametrize("same", ["id", "undoes_id"])
def test_no_act_takes_another_s_place(same: str, post: Post, mo: Member) -> None:
    act = content.remove(post, By(mo), reason="Because.")
    assert act
    taken_back = undo(act, By(mo))
    before = list(Act.objects.order_by("pk").values())
    columns = [field.column for field in Act._meta.concrete_fields]
    forged = {"reason": "'forged'", "id": "id" if same == "id" else "id + 100"}
    values = ", ".join(forged.get(name, name) for name in columns)
    with pytest.raises(Error, match="only grows"), transaction.atomic():
        _raw(
            f"INSERT OR REPLACE INTO moderation_act ({', '.join(columns)}) "
            f"SELECT {values} FROM moderation_act WHERE id = {taken_back.pk}"
        )
    assert list(Act.objects.order_by("pk").values()) == before


@pytest.fixture
def story(a: Board, post: Post, comment: Comment, ann: Member, ben: Member, mo: Member) -> None:
    """Every sort of row that hangs on a board, a post, a comment and members."""
    for target in (post, comment, ann):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    people.note(ann, a, By(mo), text="Watch.")
    for text in (comment, post):
        act = content.remove(text, By(mo))
        assert act
        appeal(member=ann, act=act, text="Why?")
    people.ban(ben, a, By(mo))


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("gone", ["author", "reporter", "moderator", "post", "board"])
def test_it_stays_when_what_it_tells_of_goes(
    gone: str, a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    before = list(Act.objects.order_by("pk").values())
    if gone == "post":
        purge_post(post)
        assert not Case.objects.filter(member__isnull=True).exists()
        assert not Comment.objects.exists()
    elif gone == "board":
        purge_board(a)
        assert not Case.objects.exists()
        assert not Appeal.objects.exists()
        assert not Letter.objects.filter(subject_key__startswith="board/").exists()
    else:
        delete_account(member={"author": ann, "reporter": ben, "moderator": mo}[gone])
    assert list(Act.objects.order_by("pk").values()) == before
    for act in Act.objects.select_related("member", "actor", "post", "comment"):
        assert str(act)
        assert (act.post is None) == (act.post_id is None or gone in ("post", "board"))
