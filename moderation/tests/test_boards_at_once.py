"""Two who leave a board, or an appeal and who takes the act back, in the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board, Moderator
from discussions.models import Post
from moderation.actions import appeals, content, offices, undo
from moderation.actions.log import By
from moderation.models import Act, Appeal
from moderation.models.log import Verb
from rboard.tests.security.threads import PATIENCE, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@contextmanager
def halfway(first: Callable[[], Any]) -> Iterator[ThreadPoolExecutor]:
    """Somebody has done a thing, which is not committed before the block ends."""
    done, go_on = Event(), Event()

    def act() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        acting = in_thread(pool, act)
        try:
            assert done.wait(PATIENCE)
            yield pool
        finally:
            go_on.set()
        acting.result(PATIENCE)


def waits(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> "Future[Any]":
    """Begin, and see that it has to wait."""
    begun = in_thread(pool, work)
    with pytest.raises(NotYet):
        begun.result(0.5)
    return begun


def deactivate(member: Member) -> None:
    with transaction.atomic():
        found = Member.objects.get(pk=member.pk)
        found.is_active = False
        found.save()


WAYS: dict[str, Callable[[Member], Any]] = {
    "deactivated": deactivate,
    "saved alone": lambda member: Member(
        **{field.attname: getattr(member, field.attname) for field in member._meta.fields}
        | {"is_active": False}
    ).save(force_update=True),
    "deleted": lambda member: delete_account(member=Member.objects.get(pk=member.pk)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_board_has_an_heir_when_both_owners_leave_at_once(
    way: str, a: Board, mo: Member, amy: Member, ben: Member
) -> None:
    offices.appoint(ben, a, By(), owner=True)
    with halfway(lambda: deactivate(mo)) as pool:
        left = waits(pool, lambda: WAYS[way](ben))
    left.result(PATIENCE)
    owners = Moderator.objects.filter(is_owner=True, member__is_active=True)
    assert [office.member for office in owners] == [amy]
    [act] = Act.objects.filter(verb=Verb.APPOINT, source=Act.Source.SITE)
    assert act.member == amy


def test_an_heir_who_leaves_in_that_moment_inherits_nothing(
    a: Board, mo: Member, amy: Member, ben: Member
) -> None:
    offices.appoint(ben, a, By())
    with halfway(lambda: deactivate(amy)) as pool:
        left = waits(pool, lambda: deactivate(mo))
    left.result(PATIENCE)
    [act] = Act.objects.filter(source=Act.Source.SITE)
    assert act.member == ben


def test_who_appoints_and_who_leaves_wait_for_each_other_s_board(
    a: Board, mo: Member, amy: Member, ben: Member
) -> None:
    """Who leaves has no row yet that the other asks for."""
    with halfway(lambda: offices.appoint(ben, a, By(mo), powers=[])) as pool:
        left = waits(pool, lambda: delete_account(member=Member.objects.get(pk=mo.pk)))
    left.result(PATIENCE)
    assert Moderator.objects.get(is_owner=True).member == amy


def test_who_appeals_waits_for_who_takes_the_act_back(
    a: Board, post: Post, ann: Member, mo: Member
) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    with halfway(lambda: undo.undo(act, By(mo))) as pool:
        appealed = waits(pool, lambda: appeals.appeal(member=ann, act=act, text="Why?"))
    with pytest.raises(PermissionDenied, match="taken back"):
        appealed.result(PATIENCE)
    assert not Appeal.objects.exists()


def test_an_appeal_that_comes_first_is_answered(
    a: Board, post: Post, ann: Member, mo: Member
) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    with halfway(lambda: appeals.appeal(member=ann, act=act, text="Why?")) as pool:
        undone = waits(pool, lambda: undo.undo(act, By(mo)))
    undone.result(PATIENCE)
    assert Appeal.objects.get().state == Appeal.State.OVERTURNED


def test_two_appeals_at_once_are_one(a: Board, post: Post, ann: Member, mo: Member) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    with halfway(lambda: appeals.appeal(member=ann, act=act, text="Why?")) as pool:
        again = waits(pool, lambda: appeals.appeal(member=ann, act=act, text="Why?"))
    with pytest.raises(PermissionDenied, match="appealed already"):
        again.result(PATIENCE)
    assert Appeal.objects.count() == 1
