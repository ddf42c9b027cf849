"""Boards whose moderators go."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board, Moderator, Power
from discussions.actions import access
from discussions.actions.purge import purge_board
from inbox.models import Letter
from moderation.actions import members, people
from moderation.actions.log import By
from moderation.actions.offices import appoint, step_down
from moderation.models import Act
from moderation.models.log import Verb


@pytest.mark.parametrize("way", ["steps down", "deletes the account", "is deactivated"])
def test_the_longest_in_office_follows_the_last_owner(
    way: str, a: Board, mo: Member, amy: Member, ben: Member, stan: Member
) -> None:
    appoint(ben, a, By(mo))
    if way == "steps down":
        assert access.step_down(board=a, member=mo)
    elif way == "deletes the account":
        delete_account(member=mo)
    else:
        mo.is_active = False
        mo.save()
    owners = Moderator.objects.filter(is_owner=True).exclude(member__is_active=False)
    assert [office.member for office in owners] == [amy]
    act = Act.objects.get(verb=Verb.APPOINT, member=amy)
    assert (act.source, act.actor, act.role) == ("site", None, "")
    assert not Letter.objects.filter(recipient=stan).exists()


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
    [told] = Letter.objects.all()
    assert (told.recipient, told.title) == (ben, "You look after b/board_a now")


def test_who_is_appointed_is_told_until_they_step_down(a: Board, mo: Member, ben: Member) -> None:
    appoint(ben, a, By(mo))
    appoint(ben, a, By(mo), powers=[])
    assert Letter.objects.get(recipient=ben).title == "You look after b/board_a now"
    step_down(ben, a, By(ben))
    assert not Letter.objects.exists()


def test_a_board_that_is_purged_needs_nobody(a: Board, amy: Member, stan: Member) -> None:
    purge_board(a)
    assert not Letter.objects.exists()
    assert not Act.objects.exists()


def test_nobody_gives_what_they_do_not_stand_above(
    a: Board, mo: Member, amy: Member, ben: Member, stan: Member
) -> None:
    for actor, owner in ((ben, False), (amy, False), (amy, True), (mo, True)):
        with pytest.raises(PermissionDenied):
            appoint(ben, a, By(actor), owner=owner)
    assert appoint(ben, a, By(mo))
    assert appoint(ben, a, By(stan), owner=True)
    with pytest.raises(PermissionDenied):
        appoint(ben, a, By(mo), powers=[])


def test_who_is_trusted_with_moderators_gives_on_what_they_have(
    a: Board, mo: Member, amy: Member, ben: Member, mia: Member
) -> None:
    """But not that itself, which is the owners' to give."""
    appoint(amy, a, By(mo), powers=[Power.CONTENT, Power.MODERATORS])
    for powers in (None, [Power.MEMBERS], [Power.CONTENT, Power.MODERATORS], [Power.SETTINGS]):
        with pytest.raises(PermissionDenied):
            appoint(ben, a, By(amy), powers=powers)
    with pytest.raises(PermissionDenied):
        appoint(ben, a, By(amy), owner=True, powers=[Power.CONTENT])
    assert not Moderator.objects.filter(member=ben).exists()
    assert appoint(ben, a, By(amy), powers=[Power.CONTENT])
    assert appoint(ben, a, By(amy), powers=[])
    assert appoint(ben, a, By(amy), powers=[Power.CONTENT])
    assert Moderator.objects.get(board=a, member=ben).powers == {Power.CONTENT}
    assert step_down(ben, a, By(amy))
    told = {(act.verb, act.actor, act.role) for act in _acts() if act.member == ben}
    assert told == {(Verb.APPOINT, amy, "moderator"), (Verb.STEP_DOWN, amy, "moderator")}


def test_who_is_trusted_with_moderators_touches_nobody_with_more(
    a: Board, mo: Member, amy: Member, ben: Member, mia: Member, stan: Member
) -> None:
    appoint(amy, a, By(mo), powers=[Power.CONTENT, Power.MODERATORS])
    appoint(ben, a, By(mo), powers=[Power.CONTENT, Power.MEMBERS])
    appoint(mia, a, By(mo), powers=[Power.CONTENT, Power.MODERATORS])
    appoint(stan, a, By(mo), powers=[Power.CONTENT])
    before = list(Moderator.objects.order_by("pk").values())
    for member in (ben, mia, mo, stan):
        with pytest.raises(PermissionDenied):
            step_down(member, a, By(amy))
        with pytest.raises(PermissionDenied):
            appoint(member, a, By(amy), powers=[Power.CONTENT])
    with pytest.raises(PermissionDenied):
        appoint(amy, a, By(amy), powers=[Power.CONTENT, Power.SETTINGS, Power.MODERATORS])
    assert list(Moderator.objects.order_by("pk").values()) == before


def test_each_change_of_an_office_is_written_down(
    a: Board, mo: Member, amy: Member, ben: Member
) -> None:
    appoint(ben, a, By(mo), powers=[Power.CONTENT])
    appoint(ben, a, By(mo), powers=[Power.CONTENT, Power.SETTINGS])
    step_down(ben, a, By(mo))
    step_down(amy, a, By(amy))
    told = [(act.verb, act.actor, act.member, act.note, act.role) for act in _acts()]
    assert told == [
        (Verb.APPOINT, mo, ben, "content", "owner"),
        (Verb.APPOINT, mo, ben, "content, settings", "owner"),
        (Verb.STEP_DOWN, mo, ben, "content, settings", "owner"),
        (Verb.RESIGN, amy, amy, "content, members", "moderator"),
    ]


def _acts() -> list[Act]:
    return list(Act.objects.select_related("actor", "member").order_by("pk"))


def test_nobody_takes_an_office_from_equals_or_higher(
    a: Board, mo: Member, amy: Member, ben: Member, mia: Member, stan: Member
) -> None:
    Moderator.objects.filter(member=amy).update(may_moderators=True, may_members=False)
    for member in (ben, stan):
        appoint(member, a, By())
    appoint(mia, a, By(), owner=True)
    before = list(Moderator.objects.order_by("pk").values())
    for actor, member in ((amy, ben), (amy, mo), (ben, amy), (mo, mia), (mo, stan)):
        with pytest.raises(PermissionDenied):
            step_down(member, a, By(actor))
    assert list(Moderator.objects.order_by("pk").values()) == before
    assert step_down(mia, a, By(stan))
    assert step_down(amy, a, By(mo))
    assert step_down(amy, a, By(mo)) is None


def test_the_last_one_stays_and_nothing_is_written_down(a: Board, mo: Member, stan: Member) -> None:
    for by in (By(mo), By(stan), By()):
        with pytest.raises(ValidationError):
            step_down(mo, a, by)
    assert Moderator.objects.get().member == mo
    assert not Act.objects.exists()


def test_letting_in_and_dismissing_needs_the_power_and_is_written_down(
    p: Board, mo: Member, ben: Member, ann: Member
) -> None:
    appoint(ann, p, By(), powers=[Power.CONTENT])
    for deed in (members.let_in, members.dismiss):
        with pytest.raises(PermissionDenied):
            deed(ben, p, By(ann))
    appoint(ann, p, By(), powers=[Power.MEMBERS])
    for deed in (members.let_in, members.dismiss):
        assert deed(ben, p, By(ann))
        assert deed(ben, p, By(ann)) is None
    members.let_in(mo, p, By(mo))
    with pytest.raises(PermissionDenied):
        members.dismiss(mo, p, By(ann))
    told = [(act.verb, act.actor, act.member) for act in _acts()][2:]
    assert told == [("let_in", ann, ben), ("dismiss", ann, ben), ("let_in", mo, mo)]


@pytest.mark.parametrize("kept_out", [{"is_active": False}, {"imported": True}])
def test_who_cannot_sign_in_gets_no_part(
    kept_out: dict[str, bool], a: Board, mo: Member, ben: Member
) -> None:
    Member.objects.filter(pk=ben.pk).update(**kept_out)
    with pytest.raises(ValidationError):
        appoint(ben, a, By(mo))
    with pytest.raises(ValidationError):
        members.let_in(ben, a, By(mo))
    assert not Act.objects.exists()


@pytest.mark.parametrize("alone", [True, False])
def test_nobody_inherits_a_board_they_are_banned_from(
    alone: bool, a: Board, mo: Member, amy: Member, ben: Member, stan: Member
) -> None:
    people.ban(amy, a, By(mo))
    if not alone:
        appoint(ben, a, By(mo))
    delete_account(member=mo)
    owners = [office.member for office in Moderator.objects.filter(is_owner=True)]
    assert owners == ([] if alone else [ben])
    assert Letter.objects.filter(recipient=stan).exists() is alone


def test_who_is_muted_inherits(a: Board, mo: Member, amy: Member) -> None:
    people.ban(amy, a, By(mo), mute=True)
    delete_account(member=mo)
    assert Moderator.objects.get(is_owner=True).member == amy
