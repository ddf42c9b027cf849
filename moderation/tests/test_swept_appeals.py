"""An appeal against a ban that went with the removal of all that somebody wrote."""

import re

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Ban, Board, Moderator
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.appeals import appeal, decide
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.models import Act, Appeal
from moderation.tests.test_desk import act as press
from moderation.tests.test_desk import said

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def ban(a: Board, post: Post, ben: Member, mo: Member) -> Act:
    """Three texts went with it."""
    for n in range(2):
        submit_post(author=ben, board=a, title=f"Shoes {n}", text="Buy!")
    reply(author=ben, post=post, text="Shoes!")
    batch = ban_and_remove(ben, a, By(mo), reason="Spam.")
    return Act.objects.get(batch=batch, verb="ban")


@pytest.fixture
def made(ban: Act, ben: Member) -> Appeal:
    return appeal(member=ben, act=ban, text="I am no shop.")


def theirs() -> int:
    """How many texts of ben's stand."""
    of = {"author__username": "ben"}
    return Post.objects.live().filter(**of).count() + Comment.objects.live().filter(**of).count()


def asked(client: Client, made: Appeal) -> str:
    page = client.post(QUEUE, {"queue": "appeals", "one": f"overturn:{made.pk}"})
    return page.content.decode()


def grant(client: Client, made: Appeal, **fields: str) -> str:
    return said(press(client, "overturn", made, queue="appeals", **fields))  # type: ignore[arg-type]


def test_letter_and_page_say_how_many_texts_went(ban: Act, ben: Member) -> None:
    letter = Letter.objects.get(subject_key=f"act/{ban.pk}/")
    assert "With it 3 texts that you wrote there were removed." in letter.excerpt
    assert "You can appeal until" in letter.excerpt
    assert "3 texts were removed with it" in signed_in(ben).get(f"/acts/{ban.pk}/").content.decode()


def test_who_decides_is_told_and_asked(made: Appeal, amy: Member) -> None:
    client = signed_in(amy)
    told = "3 texts were removed at once with this ban"
    assert told in client.get(f"{QUEUE}?queue=appeals").content.decode()
    page = client.get(f"/admin/moderation/appeal/{made.pk}/change/").content.decode()
    assert told in page
    for shown in (page, asked(client, made)):
        assert "Bring back all 3 texts that were removed with it" in shown
        assert re.search(r'<input[^>]* name="bring_back"[^>]* checked', shown)


def test_granting_brings_them_back_in_an_act_each(made: Appeal, amy: Member) -> None:
    told = grant(signed_in(amy), made, bring_back="on")
    assert "3 texts that were removed with it are back." in told
    assert theirs() == 3
    assert not Ban.objects.exists()
    acts = Act.objects.filter(verb="overturn", actor=amy)
    assert acts.count() == 4
    assert acts.values("batch").distinct().count() == 1
    removals = Act.objects.filter(batch=made.act.batch, verb="spam")
    assert set(acts.values_list("undoes", flat=True)) == {made.act_id, *(r.pk for r in removals)}
    letter = Letter.objects.get(subject_key=f"appeal/{made.pk}/")
    assert letter.excerpt.startswith("3 texts that you wrote there are back.")


def test_they_stay_removed_if_that_is_unticked(made: Appeal, amy: Member) -> None:
    assert "back." not in grant(signed_in(amy), made)
    assert theirs() == 0
    assert not Ban.objects.exists()


@pytest.mark.parametrize("ticked", [True, False])
def test_the_page_of_the_appeal_does_the_same(ticked: bool, made: Appeal, amy: Member) -> None:
    fields = {"state": "overturned", "answer": ""} | ({"bring_back": "on"} if ticked else {})
    signed_in(amy).post(f"/admin/moderation/appeal/{made.pk}/change/", fields)
    assert theirs() == (3 if ticked else 0)


@pytest.mark.parametrize("state", ["upheld", "reduced"])
def test_nothing_comes_back_but_by_granting(state: str, made: Appeal, amy: Member) -> None:
    fields = {"state": state, "until": "2100-01-01T00:00", "bring_back": "on"}
    signed_in(amy).post(f"/admin/moderation/appeal/{made.pk}/change/", fields)
    made.refresh_from_db()
    assert made.state in (state, "open")
    assert theirs() == 0


def test_what_another_appeal_decided_or_another_removed_stays(
    made: Appeal, a: Board, ben: Member, mo: Member, amy: Member
) -> None:
    own, other = Act.objects.filter(batch=made.act.batch, verb="spam", post__isnull=False)
    decide(appeal(member=ben, act=own, text="No."), By(amy), Appeal.State.UPHELD)
    shown = Post.objects.get(pk=other.post_id)
    content.restore(shown, By(mo))
    content.remove(shown, By(mo))
    grant(signed_in(amy), made, bring_back="on")
    assert theirs() == 1
    assert Act.objects.filter(undoes__in=[own, other]).count() == 0


def test_who_decides_of_members_alone_is_not_asked(made: Appeal, amy: Member) -> None:
    Moderator.objects.filter(member=amy).update(may_content=False)
    client = signed_in(amy)
    page = client.get(f"/admin/moderation/appeal/{made.pk}/change/").content.decode()
    assert "3 texts were removed at once" in page
    assert "bring_back" not in page
    fields = {"state": "overturned", "bring_back": "on"}
    client.post(f"/admin/moderation/appeal/{made.pk}/change/", fields)
    made.refresh_from_db()
    assert made.state == "overturned"
    assert theirs() == 0


def test_of_other_bans_nothing_is_asked(a: Board, ben: Member, mo: Member, amy: Member) -> None:
    ban_and_remove(ben, a, By(mo))
    other = Act.objects.get(verb="ban")
    made = appeal(member=ben, act=other, text="Why?")
    assert "bring_back" not in asked(signed_in(amy), made)
    assert "With it" not in Letter.objects.get(subject_key=f"act/{other.pk}/").excerpt
