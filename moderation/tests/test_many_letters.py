"""To tell fifty costs no more queries than to tell five."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import delete_post, submit_post
from discussions.models import Post
from inbox.models import Letter
from moderation.actions import content, requests
from moderation.actions.log import By
from moderation.actions.offices import keep_looked_after
from moderation.actions.undo import undo
from moderation.models import Case, Report
from moderation.models.desk import target_field


@pytest.fixture
def crowd(db: None) -> list[Member]:
    return Member.objects.bulk_create(
        Member(username=f"one{n}", skeleton=f"one{n}") for n in range(50)
    )


def reported(post: Post, members: list[Member]) -> Case:
    made = Case.objects.create(
        board=post.board, **{target_field(post): post}, kind="reported", report_count=len(members)
    )
    Report.objects.bulk_create(
        Report(case=made, reporter=member, reason="Rude.") for member in members
    )
    return made


def cost(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        do()
    return len(queries)


def letters_to(members: list[Member]) -> int:
    return Letter.objects.filter(recipient__in=members).count()


DEEDS: dict[str, Callable[[Post, Member, Member], Any]] = {
    "approved": lambda post, mo, ann: content.approve(post, By(mo)),
    "removed": lambda post, mo, ann: content.remove(post, By(mo)),
    "deleted": lambda post, mo, ann: delete_post(author=ann, post=post),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_reporters(deed: str, a: Board, crowd: list[Member], ann: Member, mo: Member) -> None:
    costs = []
    for members in (crowd[:5], crowd):
        post = submit_post(author=ann, board=a, title="x")
        reported(post, members)
        Letter.objects.all().delete()
        costs.append(cost(lambda post=post: DEEDS[deed](post, mo, ann)))  # type: ignore[misc]
        assert letters_to(crowd) == len(members)
    assert costs[0] == costs[1]


def test_reporters_of_what_was_taken_back(
    a: Board, crowd: list[Member], ann: Member, mo: Member
) -> None:
    costs = []
    for members in (crowd[:5], crowd):
        post = submit_post(author=ann, board=a, title="x")
        reported(post, members)
        act = content.approve(post, By(mo))
        assert act is not None
        Letter.objects.filter(recipient=members[0]).delete()
        Letter.objects.update(read_at=act.at)
        costs.append(cost(lambda act=act: undo(act, By(mo))))  # type: ignore[misc]
        assert Letter.objects.filter(title__contains="taken back").count() == len(members) - 1
        Letter.objects.all().delete()
    assert costs[0] == costs[1]


@pytest.mark.parametrize("what", ["orphan", "request"])
def test_staff(what: str, a: Board, crowd: list[Member], ben: Member) -> None:
    a.moderator_set.all().delete()
    Letter.objects.all().delete()
    costs = []
    for many in (5, 50):
        Member.objects.filter(pk__in=[member.pk for member in crowd[:many]]).update(
            is_staff=True, is_superuser=True
        )
        if what == "orphan":
            costs.append(cost(lambda: keep_looked_after([a])))
        else:
            costs.append(cost(lambda: requests.request_board(member=ben, board=a)))
            ben.boardrequests.all().delete()  # type: ignore[attr-defined]
        assert letters_to(crowd) == many
        Letter.objects.all().delete()
    assert costs[0] == costs[1]


def test_those_who_are_named(post: Post, crowd: list[Member], ben: Member) -> None:
    names = [f"u/{member.username}" for member in crowd]
    reply(author=ben, post=post, text="warms what is kept")
    costs = []
    for many in (5, 50):
        text = " ".join(names[:many])
        costs.append(cost(lambda text=text: reply(author=ben, post=post, text=text)))  # type: ignore[misc]
    assert costs[0] == costs[1]
    assert letters_to(crowd[:1]) in (1, 2)


def test_who_came_with_an_archive_is_told_nothing(
    post: Post, crowd: list[Member], mo: Member
) -> None:
    reported(post, crowd[:3])
    Member.objects.filter(pk=crowd[0].pk).update(imported=True)
    content.approve(post, By(mo))
    told = Letter.objects.filter(recipient__in=crowd).values_list("recipient", flat=True)
    assert set(told) == {crowd[1].pk, crowd[2].pk}
