"""What staff with a part of the powers give and take on a board."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Member
from boards.models import Board, Moderator, Power
from boards.tests.cast import site_staff
from discussions.tests.conftest import signed_in
from moderation.actions import offices
from moderation.actions.log import By
from moderation.actions.requests import decide
from moderation.models import BoardRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun(a: Board) -> Member:
    """Moderates texts everywhere, and is trusted with moderators by the board."""
    member = site_staff("jun", Power.CONTENT)
    offices.appoint(member, a, By(), powers=[Power.MODERATORS])
    return member


@pytest.fixture
def hana() -> Member:
    """Sees to the moderators of every board, and to nothing else."""
    return site_staff("hana", Power.MODERATORS)


def test_a_power_and_an_office_are_no_rank_above_the_owner(
    a: Board, mo: Member, ben: Member, jun: Member
) -> None:
    with pytest.raises(PermissionDenied):
        offices.step_down(mo, a, By(jun))
    with pytest.raises(PermissionDenied):
        offices.appoint(ben, a, By(jun), owner=True)
    with pytest.raises(PermissionDenied):
        offices.appoint(ben, a, By(jun), powers=[Power.CONTENT])
    assert set(Moderator.objects.values_list("member__username", flat=True)) == {"moe", "jun"}
    page = signed_in(jun).get("/b/board_a/members/").content.decode()
    assert 'name="owner"' not in page


def test_the_owner_takes_such_an_office_away(a: Board, mo: Member, jun: Member) -> None:
    assert offices.step_down(jun, a, By(mo))


def test_staff_give_no_power_that_they_have_not(
    a: Board, mo: Member, ben: Member, hana: Member
) -> None:
    for wanted in ({"powers": [Power.CONTENT]}, {"powers": None}, {"owner": True}):
        with pytest.raises(PermissionDenied):
            offices.appoint(ben, a, By(hana), **wanted)  # type: ignore[arg-type]
    assert offices.appoint(ben, a, By(hana), powers=[Power.MODERATORS])


def test_what_a_moderator_has_may_stay_when_staff_give_more(
    a: Board, amy: Member, hana: Member
) -> None:
    powers = [Power.CONTENT, Power.MODERATORS]
    fields = {"username": "amy", "powers": [power.value for power in powers]}
    assert signed_in(hana).post("/b/board_a/members/appoint/", fields).status_code == 302
    assert Moderator.objects.get(member=amy).powers == set(powers)


def test_nobody_gives_an_office_to_themselves(a: Board, hana: Member, stan: Member) -> None:
    for staff in (hana, stan):
        fields = {"username": staff.username, "powers": ["may_moderators"]}
        answer = signed_in(staff).post("/b/board_a/members/appoint/", fields)
        assert answer.status_code in {403, 422}
        assert not Moderator.objects.filter(member=staff).exists()


def test_the_operator_may(a: Board, olga: Member) -> None:
    assert offices.appoint(olga, a, By(olga), owner=True)


def test_staff_for_moderators_give_a_board_away_that_nobody_looks_after(
    a: Board, ben: Member, hana: Member
) -> None:
    Moderator.objects.filter(board=a).delete()
    decide(BoardRequest.objects.create(board=a, member=ben), By(hana), granted=True)
    assert Moderator.objects.get(board=a).is_owner
