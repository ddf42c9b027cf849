"""Boards whose moderators go."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board, Moderator
from discussions.actions.access import step_down
from discussions.actions.purge import purge_board
from inbox.models import Letter
from moderation.actions.log import By
from moderation.actions.offices import appoint
from moderation.models import Act


@pytest.mark.parametrize("way", ["steps down", "deletes the account", "is deactivated"])
def test_the_longest_in_office_follows_the_last_owner(
    way: str, a: Board, mo: Member, amy: Member, ben: Member, stan: Member
) -> None:
    appoint(ben, a, By(mo))
    if way == "steps down":
        assert step_down(board=a, member=mo)
    elif way == "deletes the account":
        delete_account(member=mo)
    else:
        mo.is_active = False
        mo.save()
    owners = Moderator.objects.filter(is_owner=True).exclude(member__is_active=False)
    assert [office.member for office in owners] == [amy]
    assert not Letter.objects.exists()


def test_the_staff_are_told_once_of_a_board_without_moderators(
    a: Board, mo: Member, stan: Member, ben: Member
) -> None:
    mo.is_active = False
    mo.save()
    mo.save()
    [letter] = Letter.objects.all()
    assert (letter.recipient, letter.title) == (stan, "b/board_a has no moderator left")
    delete_account(member=mo)
    assert Letter.objects.count() == 1
    appoint(ben, a, By(stan), owner=True)
    assert not Letter.objects.exists()


def test_a_board_that_is_purged_needs_nobody(a: Board, amy: Member, stan: Member) -> None:
    purge_board(a)
    assert not Letter.objects.exists()
    assert not Act.objects.exists()


def test_nobody_gives_what_they_do_not_stand_above(
    a: Board, mo: Member, amy: Member, ben: Member, stan: Member
) -> None:
    Moderator.objects.filter(member=amy).update(may_moderators=True)
    for actor, owner in ((ben, False), (amy, False), (amy, True), (mo, True)):
        with pytest.raises(PermissionDenied):
            appoint(ben, a, By(actor), owner=owner)
    assert appoint(ben, a, By(mo))
    assert appoint(ben, a, By(stan), owner=True)
    with pytest.raises(PermissionDenied):
        appoint(ben, a, By(mo), powers=[])
