"""What a card tells of before: also what an appeal overturned, and not the act it is about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import appeals, content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Appeal, Case

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"


def page(member: Member, queue: str = "reported") -> str:
    return signed_in(member).get(f"{QUEUE}?queue={queue}").content.decode()


def removed(text: Post | Comment, by: Member) -> Act:
    act = content.remove(text, By(by), reason="Rule 1.")
    assert act
    return act


def overturned(text: Post | Comment, ann: Member, mo: Member, amy: Member) -> None:
    made = appeals.appeal(member=ann, act=removed(text, amy), text="Why?")
    appeals.decide(made, By(mo), Appeal.State.OVERTURNED, answer="It is fine.")


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_what_an_appeal_brought_back_says_so(
    kind: str, a: Board, post: Post, ann: Member, ben: Member, mo: Member, amy: Member
) -> None:
    text = post if kind == "post" else reply(author=ann, post=post, text="x")
    overturned(text, ann, mo, amy)
    other = submit_post(author=ann, board=a, title="Another")
    for one in (text, other):
        report(reporter=ben, board=a, target=one, reason="Rude.")
    told = page(amy)
    assert told.count("An appeal brought it back") == 1
    assert "It is fine." in told
    assert told.count("removed (overturned on appeal) × 1") == 2, "both are by the same author"
    assert "nothing before" not in told


def test_the_act_under_appeal_is_no_past(
    a: Board, post: Post, comment: Comment, ann: Member, mo: Member, amy: Member
) -> None:
    appeals.appeal(member=ann, act=removed(post, amy), text="Why?")
    assert "nothing before" in page(mo, "appeals")
    assert "nothing before" in page(mo, "removed")
    removed(comment, amy)
    assert "removed × 1" in page(mo, "appeals")


def test_a_ban_under_appeal_is_left_out_once(
    a: Board, ann: Member, mo: Member, amy: Member
) -> None:
    people.warn(ann, a, By(amy), reason="Mind.")
    appeals.appeal(member=ann, act=people.ban(ann, a, By(amy)), text="Why?")
    told = page(mo, "appeals")
    assert "Now banned for good" in told
    assert "before, on this board: warned × 1" in " ".join(told.split())


@pytest.mark.parametrize("queue", ["appeals", "removed"])
def test_cards_of_acts_cost_the_same_too(
    queue: str, a: Board, post: Post, ann: Member, mo: Member, amy: Member
) -> None:
    def another() -> int:
        act = removed(reply(author=ann, post=post, text="x"), amy)
        appeals.appeal(member=ann, act=act, text="Why?")
        client = signed_in(mo)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{QUEUE}?queue={queue}")
        return len(asked)

    another()
    before = another()
    for _number in range(3):
        assert another() == before


def test_it_costs_the_same_however_many(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member, amy: Member
) -> None:
    def queries() -> int:
        client = signed_in(amy)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as asked:
            client.get(QUEUE)
        return len(asked)

    def another() -> None:
        text = reply(author=ann, post=post, text="x")
        overturned(text, ann, mo, amy)
        report(reporter=ben, board=a, target=text, reason="Rude.")

    another()
    before = queries()
    for _number in range(4):
        another()
    assert Case.objects.open().count() == 5
    assert queries() == before
