"""The page of an act, and the appeal on it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from boards.tests.cast import site_staff
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.appeals import decide
from moderation.actions.log import By
from moderation.models import Act, Appeal


@pytest.fixture
def act(post: Post, mo: Member) -> Act:
    done = content.remove(post, By(mo), reason="Off topic.", note="hush")
    assert done is not None
    return done


def test_it_tells_the_member_all_but_the_note(act: Act, ann: Member) -> None:
    page = signed_in(ann).get(f"/acts/{act.pk}/").content.decode()
    for words in ("Off topic.", "moe", "A first post", "Its text.", f"/acts/{act.pk}/appeal/"):
        assert words in page
    assert "hush" not in page


def test_moderators_read_it_and_nobody_else(act: Act, mo: Member, ben: Member, pam: Member) -> None:
    page = signed_in(mo).get(f"/acts/{act.pk}/").content.decode()
    assert "Its text." in page
    assert "/appeal/" not in page
    for other in (ben, pam):
        client = signed_in(other)
        assert client.get(f"/acts/{act.pk}/").status_code == 404
        assert client.post(f"/acts/{act.pk}/appeal/", {"text": "x"}).status_code == 404
    assert Client().get(f"/acts/{act.pk}/").status_code == 302


def test_one_appeal_however_often_it_is_sent(act: Act, ann: Member) -> None:
    client, address = signed_in(ann), f"/acts/{act.pk}/appeal/"
    assert client.get(address).status_code == 405
    assert client.post(address, {"text": " "}).status_code == 422
    for text in ("It was on topic.", "It was on topic."):
        assert client.post(address, {"text": text}).status_code == 302
    assert Appeal.objects.get().text == "It was on topic."
    page = client.get(f"/acts/{act.pk}/").content.decode()
    assert "It was on topic." in page
    assert "waits for a moderator" in page
    assert f'action="{address}"' not in page


def test_a_moderator_can_t_appeal_for_others(act: Act, mo: Member) -> None:
    answer = signed_in(mo).post(f"/acts/{act.pk}/appeal/", {"text": "x"})
    assert answer.status_code == 403
    assert not Appeal.objects.exists()


def test_after_14_days_it_is_too_late(
    post: Post, act: Act, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + timedelta(days=15)
    monkeypatch.setattr("moderation.actions.appeals.timezone.now", lambda: later)
    page = signed_in(ann).get(f"/acts/{act.pk}/").content.decode()
    assert "14 days" in page
    assert "/appeal/" not in page


def test_the_answer_is_shown(act: Act, ann: Member, ben: Member) -> None:
    signed_in(ann).post(f"/acts/{act.pk}/appeal/", {"text": "Please."})
    staff = site_staff("stan")
    decide(Appeal.objects.get(), By(staff), Appeal.State.OVERTURNED, answer="You were right.")
    page = signed_in(ann).get(f"/acts/{act.pk}/").content.decode()
    assert '<span class="mark">granted</span>' in page
    assert "You were right." in page


def test_who_is_banned_from_a_private_board_can_appeal(
    p: Board, secret: Post, pam: Member, mo: Member
) -> None:
    act = people.ban(pam, p, By(mo), reason="Told others.")
    client = signed_in(pam)
    assert client.get(secret.address).status_code == 404
    page = client.get(f"/acts/{act.pk}/").content.decode()
    assert "Told others." in page
    assert "for good" in page
    client.post(f"/acts/{act.pk}/appeal/", {"text": "I did not."})
    assert Appeal.objects.get().member == pam


@pytest.mark.parametrize(
    "until", ["9999-12-31T23:59-14:00", "9999-12-31T23:59", "0001-01-01T00:00+14:00"]
)
def test_a_ban_is_not_shortened_to_a_moment_that_is_none(
    until: str, a: Board, ann: Member, mo: Member, amy: Member
) -> None:
    appeal = Appeal.objects.create(
        act=people.ban(ann, a, By(amy)), board=a, member=ann, text="Why?"
    )
    fields = {"state": "reduced", "until": until, "answer": "Well."}
    answer = signed_in(mo).post(f"/admin/moderation/appeal/{appeal.pk}/change/", fields)
    assert answer.status_code == 200
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN
