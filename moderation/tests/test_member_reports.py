"""A member is reported, which is decided, and the decision taken back."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Member
from boards.actions import make_board
from boards.models import Ban, Board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import desk, people, undo
from moderation.actions.batches import undo_batch
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case, Report

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    models: Any = (Post, Comment, Board, Case, Report, Ban)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.fixture
def case(a: Board, post: Post, ann: Member, ben: Member) -> Case:
    """Ben reported ann, who wrote a post."""
    made = report(reporter=ben, board=a, target=ann, reason="She is rude.")
    assert made is not None
    return made.case


@pytest.mark.parametrize("deed", ["ban", "mute"])
def test_an_undone_ban_lets_the_report_wait_again(
    deed: str, case: Case, mo: Member, ben: Member
) -> None:
    before = everything()
    desk.decide(case, By(mo), deed, Wishes(reason="Rude."))
    assert not Case.objects.open().exists()
    assert Letter.objects.filter(recipient=ben, kind="report").exists()
    undo.undo(Act.objects.get(verb=deed), By(mo))
    assert everything() == before
    assert not Letter.objects.filter(recipient=ben, kind="report").exists()


def test_an_undone_sweep_leaves_everything_as_it_was(
    case: Case, a: Board, ann: Member, mo: Member, ben: Member
) -> None:
    report(reporter=ben, board=a, target=submit_post(author=ann, board=a, title="Buy"), reason="x")
    before, batch = everything(), uuid4()
    desk.sweep(case, By(mo, batch=batch), Wishes(reason="Spam."))
    assert not Case.objects.open().exists()
    assert not Post.objects.live().filter(author=ann).exists()
    assert undo_batch(batch, By(mo)) == (3, 0)
    assert everything() == before


def test_a_lifted_ban_leaves_the_report_answered(case: Case, a: Board, mo: Member) -> None:
    desk.decide(case, By(mo), "ban", Wishes(reason="Rude."))
    people.lift(case.author, a, By(mo))  # type: ignore[arg-type]
    assert not Case.objects.open().exists()


def test_the_rules_of_the_board_are_offered(a: Board, post: Post, ann: Member, ben: Member) -> None:
    Board.objects.filter(pk=a.pk).update(rules="1. No spam\n2. Be kind")
    other = make_board(maker=ann, name="other", title="Other", rules="1. No shoes")
    submit_post(author=ann, board=other, title="Hello")
    client, address = signed_in(ben), "/u/ann/report/"
    page = client.get(address).content.decode()
    for words in ("Be kind", "No shoes", "b/other"):
        assert words in page
    for wrong in ({}, {"rule": "other:No shoes"}, {"rule": "board_a:Made up"}):
        assert client.post(address, {"board": "board_a"} | wrong).status_code == 422
    sent = {"board": "board_a", "rule": "board_a:Be kind"}
    assert client.post(address, sent).status_code == 302
    assert (Report.objects.get().rule, Case.objects.get().reason) == ("Be kind", "Be kind")
