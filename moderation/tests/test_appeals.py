"""Appeals: once an act, within 14 days, decided by another."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Post
from inbox.models import Letter
from moderation.actions import appeals, content, people
from moderation.actions.log import By
from moderation.actions.undo import undo
from moderation.models import Act, Appeal

State = Appeal.State


@pytest.fixture
def removal(post: Post, mo: Member) -> Act:
    act = content.remove(post, By(mo), reason="Rule 1.")
    assert act
    return act


@pytest.fixture
def ban(a: Board, ben: Member, mo: Member) -> Act:
    return people.ban(ben, a, By(mo), until=timezone.now() + timedelta(days=30))


def test_whom_it_concerns_appeals_once(removal: Act, ann: Member, ben: Member) -> None:
    with pytest.raises(PermissionDenied):
        appeals.appeal(member=ben, act=removal, text="Why?")
    appeals.appeal(member=ann, act=removal, text="Why?")
    with pytest.raises(PermissionDenied, match="already"):
        appeals.appeal(member=ann, act=removal, text="Why?")


@pytest.mark.parametrize(("days", "taken"), [(13, True), (15, False)])
def test_it_is_taken_for_14_days(
    days: int, taken: bool, removal: Act, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert (appeals.appeal_refusal(ann, removal) == "") is taken


def test_who_acted_does_not_decide(removal: Act, ann: Member, mo: Member, ben: Member) -> None:
    made = appeals.appeal(member=ann, act=removal, text="Why?")
    for member in (mo, ben, ann):
        with pytest.raises(PermissionDenied):
            appeals.decide(made, By(member), State.UPHELD)


@pytest.mark.parametrize("state", [State.UPHELD, State.OVERTURNED])
def test_another_decides(
    state: Appeal.State, removal: Act, post: Post, ann: Member, amy: Member, stan: Member
) -> None:
    made = appeals.appeal(member=ann, act=removal, text="Why?")
    decided = appeals.decide(made, By(amy), state, answer="Looked at it.")
    assert (decided.state, decided.decided_by, decided.answer) == (state, amy, "Looked at it.")
    post.refresh_from_db()
    assert post.is_live is (state == State.OVERTURNED)
    last = Act.objects.latest("pk")
    assert last.verb == {"upheld": "uphold", "overturned": "overturn"}[state]
    assert (last.reason, last.post) == ("Looked at it.", post)
    assert (last.undoes == removal) is (state == State.OVERTURNED)
    letter = Letter.objects.get(subject_key=f"appeal/{made.pk}/")
    stands = (
        "was granted: your post is back in"
        if post.is_live
        else "was refused: your post stays removed from"
    )
    assert (letter.recipient, letter.title) == (ann, f"Your appeal {stands} b/board_a")
    with pytest.raises(ValidationError, match="decided"):
        appeals.decide(made, By(stan), State.UPHELD)
    assert Act.objects.latest("pk") == last


def test_a_ban_is_made_shorter(
    ban: Act, ben: Member, amy: Member, mo: Member, stan: Member
) -> None:
    made = appeals.appeal(member=ben, act=ban, text="Why?")
    assert ban.until
    for until in (None, timezone.now() - timedelta(days=1), ban.until + timedelta(days=1)):
        with pytest.raises(ValidationError):
            appeals.decide(made, By(amy), State.REDUCED, until=until)
    until = timezone.now() + timedelta(days=2)
    appeals.decide(made, By(amy), State.REDUCED, until=until, answer="Two days do.")
    assert Ban.objects.get().until == until
    letter = Letter.objects.get(subject_key=f"appeal/{made.pk}/")
    end = date_format(until, "j F Y")
    assert letter.title == (
        f"Your appeal was granted in part: the ban from b/board_a now ends on {end}"
    )
    for member in (amy, mo, stan):
        with pytest.raises(ValidationError, match="anew"):
            undo(Act.objects.latest("pk"), By(member))
    assert Ban.objects.get().until == until


def test_a_removal_is_not_made_shorter(removal: Act, ann: Member, amy: Member) -> None:
    made = appeals.appeal(member=ann, act=removal, text="Why?")
    with pytest.raises(ValidationError):
        appeals.decide(made, By(amy), State.REDUCED, until=timezone.now() + timedelta(days=1))
    made.refresh_from_db()
    assert made.state == State.OPEN


def test_a_warning_is_overturned(a: Board, ben: Member, mo: Member, amy: Member) -> None:
    act = people.warn(ben, a, By(mo), reason="Mind.")
    made = appeals.appeal(member=ben, act=act, text="Why?")
    appeals.decide(made, By(amy), State.OVERTURNED)
    assert Act.objects.latest("pk").undoes == act


def test_taking_an_act_back_answers_its_appeal(removal: Act, ann: Member, mo: Member) -> None:
    made = appeals.appeal(member=ann, act=removal, text="Why?")
    undo(removal, By(mo))
    made.refresh_from_db()
    assert made.state == State.OVERTURNED
    assert "taken back" in appeals.appeal_refusal(ann, removal)


def test_texts_too_long_are_not_taken(removal: Act, ann: Member, amy: Member) -> None:
    with pytest.raises(ValidationError):
        appeals.appeal(member=ann, act=removal, text="x" * 2_001)
    made = appeals.appeal(member=ann, act=removal, text="x" * 2_000)
    with pytest.raises(ValidationError):
        appeals.decide(made, By(amy), State.UPHELD, answer="x" * 2_001)
    made.refresh_from_db()
    assert made.state == State.OPEN
