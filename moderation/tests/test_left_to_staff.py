"""What nobody of a board may decide: the staff are told, and nobody who may is passed over."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Moderator
from discussions.actions.posts import submit_post
from discussions.models import Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import appeals, content, people
from moderation.actions.log import By, Why, write
from moderation.actions.reports import report
from moderation.context_processors import _waiting
from moderation.models import Act, Appeal, Case
from moderation.models.log import Verb
from moderation.tests.test_bar import links
from paging.tests.lasting import analyze
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"
APPEALS = [(f"{QUEUE}?queue=appeals", "1")] * 2


@pytest.fixture
def sid(db: None) -> Member:
    """A Site moderator."""
    member = Member.objects.create_user("sid", "a long password", is_staff=True)
    member.groups.add(Group.objects.get(name="Site moderators"))
    return member


def told(member: Member) -> list[str]:
    return list(Letter.objects.filter(recipient=member).values_list("title", flat=True))


@pytest.fixture
def appealed(post: Post, ann: Member, mo: Member, sid: Member, olga: Member) -> Appeal:
    """Against the removal by the only one who looks after the board."""
    act = content.remove(post, By(mo))
    assert act
    return appeals.appeal(member=ann, act=act, text="Why?")


def test_an_appeal_against_who_is_alone_waits_for_the_staff(
    appealed: Appeal, mo: Member, sid: Member, olga: Member
) -> None:
    assert links(signed_in(mo))[0][1] == ""
    for staff in (sid, olga):
        assert links(signed_in(staff)) == APPEALS
        assert "Why?" in signed_in(staff).get(f"{QUEUE}?queue=appeals").content.decode()
        letter = Letter.objects.get(recipient=staff)
        assert letter.title == "An appeal in b/board_a waits for you"
        assert "Why?" in signed_in(staff).get(letter.url).content.decode()
    assert told(mo) == []
    appeals.decide(appealed, By(sid), Appeal.State.UPHELD)
    for staff in (sid, olga):
        assert (links(signed_in(staff))[0][1], told(staff)) == ("", [])


def test_it_is_theirs_alone_as_long_as_nobody_else_may_decide(
    appealed: Appeal, a: Board, mo: Member, sid: Member
) -> None:
    office = Moderator.objects.create(
        board=a, member=Member.objects.create_user("zoe", "a password"), may_content=False
    )
    assert links(signed_in(sid)) == APPEALS, "trusted with members alone"
    Moderator.objects.filter(pk=office.pk).update(may_content=True)
    assert links(signed_in(sid))[0][1] == ""
    assert links(signed_in(office.member))[0][1] == "1"
    people.ban(office.member, a, By(), until=timezone.now() + timedelta(days=1))
    assert links(signed_in(sid)) == APPEALS, "banned meanwhile"


def test_with_another_moderator_or_a_rule_nobody_of_the_staff_is_told(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member, sid: Member
) -> None:
    act = content.remove(post, By(source=Act.Source.RULE))
    assert act
    appeals.appeal(member=ann, act=act, text="Why?")
    Moderator.objects.create(board=a, member=ben)
    other = submit_post(author=ann, board=a, title="x")
    act = content.remove(other, By(mo))
    assert act
    appeals.appeal(member=ann, act=act, text="Why?")
    assert (links(signed_in(sid))[0][1], told(sid)) == ("", [])
    assert links(signed_in(mo))[0][1] == "1"


@pytest.mark.parametrize("kind", ["member", "text"])
def test_what_is_reported_of_who_is_alone_is_the_staff_s(
    kind: str, a: Board, ben: Member, mo: Member, sid: Member
) -> None:
    target: Any = mo if kind == "member" else submit_post(author=mo, board=a, title="Mine")
    made = report(reporter=ben, board=a, target=target, reason="Rude.")
    assert made
    assert made.case.for_staff
    assert links(signed_in(mo))[0][1] == ""
    assert links(signed_in(sid)) == [(f"{QUEUE}?queue=staff", "1")] * 2
    assert told(sid) == ["A case in b/board_a waits for you"]
    page = signed_in(sid).get(Letter.objects.get(recipient=sid).url)
    assert "Rude." in page.content.decode()
    deed = people.approve if kind == "member" else content.approve
    args = (mo, a) if kind == "member" else (target,)
    deed(*args, By(sid), case=made.case)
    assert (links(signed_in(sid))[0][1], told(sid)) == ("", [])


def test_what_another_moderator_may_decide_is_theirs(
    a: Board, post: Post, ben: Member, mo: Member, amy: Member, sid: Member
) -> None:
    for target in (mo, post):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    assert not Case.objects.filter(for_staff=True).exists()
    assert (links(signed_in(sid))[0][1], told(sid)) == ("", [])
    assert links(signed_in(amy))[0][1] == "2"


def test_it_costs_the_staff_the_same_however_many_appeals_wait(
    a: Board, ann: Member, mo: Member, olga: Member
) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            act = write(Verb.WARN, By(mo), a, ann, Why(reason="x"))
            Appeal.objects.create(act=act, board=a, member=ann, text="x")
        analyze()

    def queries() -> int:
        client = signed_in(olga)
        client.get("/boards/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/boards/")
        return len(asked)

    fill(1)
    before = queries()
    fill(600)
    assert queries() == before
    Moderator.objects.create(board=a, member=Member.objects.create_user("zoe"))
    none: list[int] = []
    reading = read_by(
        lambda: _waiting.rows(True, True, True, texts=none, people=none, member=olga.pk)
    )
    assert reading.steps <= 60_000, reading.plans
    assert links(signed_in(olga))[0][1] == "", "another moderator may decide all of them"
