"""A ban or a mute is lifted where it is listed, by whom it is theirs to lift."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Member
from boards.models import Ban, Board, Moderator
from discussions.tests.conftest import signed_in
from moderation.actions import appeals, people
from moderation.actions.log import By
from moderation.models import Act, Appeal

PAGE = "/b/board_a/members/"
LIFT = f"{PAGE}lift/"


@pytest.mark.parametrize("mute", [False, True])
def test_it_is_lifted_from_the_list_and_back(
    mute: bool, a: Board, ben: Member, amy: Member
) -> None:
    people.ban(ben, a, By(amy), mute=mute)
    client = signed_in(amy)
    assert f'formaction="{LIFT}"' in client.get(PAGE).content.decode()
    assert client.get(LIFT).status_code == 405
    page = client.post(LIFT, {"username": "ben"}, follow=True).content.decode()
    assert "ben is no longer banned or muted." in page
    assert not Ban.objects.exists()
    act = Act.objects.latest("pk")
    assert (act.verb, act.actor) == ("lift", amy)
    assert f"/acts/{act.pk}/undo/" in page
    client.post(LIFT, {"username": "ben"})
    assert Act.objects.latest("pk") == act


def test_who_may_not_is_not_offered_it_nor_heard(
    a: Board, ben: Member, amy: Member, mo: Member, mia: Member
) -> None:
    people.ban(ben, a, By(mo))
    assert LIFT not in signed_in(amy).get(PAGE).content.decode()
    assert LIFT in signed_in(mo).get(PAGE).content.decode()
    for other in (amy, mia, ben):
        assert signed_in(other).post(LIFT, {"username": "ben"}).status_code == 403
    Ban.objects.all().delete()
    act = people.ban(ben, a, By(amy))
    Moderator.objects.filter(member=amy).update(may_members=False)
    assert LIFT not in signed_in(amy).get(PAGE).content.decode()
    assert signed_in(amy).post(LIFT, {"username": "ben"}).status_code == 403
    assert Ban.objects.exists()
    assert LIFT not in signed_in(ben).get(f"/acts/{act.pk}/").content.decode()


def test_of_equals_it_is_not_offered(a: Board, ben: Member, amy: Member, second: Member) -> None:
    for member in (amy, ben):
        Ban.objects.create(board=a, member=member, is_mute=True)
    page = signed_in(second).get(PAGE)
    assert page.context["liftable"] == {ben.pk}


def test_the_page_of_a_shortened_ban_says_the_new_end_and_lifts_it(
    a: Board, ben: Member, amy: Member, mo: Member
) -> None:
    until, sooner = (timezone.now() + timedelta(days=days) for days in (30, 4))
    act = people.ban(ben, a, By(amy), until=until)
    made = appeals.appeal(member=ben, act=act, text="Why?")
    appeals.decide(made, By(mo), Appeal.State.REDUCED, until=sooner)
    new, old = (date_format(one, "j F Y") for one in (sooner, until))
    for reader in (ben, mo):
        page = signed_in(reader).get(f"/acts/{act.pk}/").content.decode()
        assert page.index(new) < page.index(old)
        assert (f'formaction="{LIFT}"' in page) == (reader == mo)
    page = signed_in(ben).get(f"/acts/{act.pk}/").content.decode()
    assert f"You are banned from b/board_a until {new}" in page
    signed_in(mo).post(LIFT, {"username": "ben"})
    assert LIFT not in signed_in(mo).get(f"/acts/{act.pk}/").content.decode()


def test_an_act_that_another_replaced_offers_nothing(a: Board, ben: Member, amy: Member) -> None:
    first = people.ban(ben, a, By(amy), until=timezone.now() + timedelta(days=3))
    people.ban(ben, a, By(amy))
    assert LIFT not in signed_in(amy).get(f"/acts/{first.pk}/").content.decode()
