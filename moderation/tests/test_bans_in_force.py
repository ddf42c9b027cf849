"""A ban in force is shown, and nothing ends it sooner unless somebody says so."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import cases, people
from moderation.actions.log import By
from moderation.models import Act, Case
from moderation.queue import cards

QUEUE = "/admin/moderation/case/"


def days(count: int) -> Any:
    return timezone.now() + timedelta(days=count)


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ({"until": None}, {"until": 3}),
        ({"until": 30}, {"until": 3}),
        ({"until": 30}, {"until": None, "mute": True}),
        ({"until": 30, "mute": True}, {"until": 3}),
    ],
)
def test_what_would_end_sooner_must_be_wished(
    kept: dict[str, Any], wanted: dict[str, Any], a: Board, ben: Member, amy: Member
) -> None:
    kept, wanted = (one | {"until": one["until"] and days(one["until"])} for one in (kept, wanted))
    people.ban(ben, a, By(amy), **kept)
    with pytest.raises(ValidationError, match="sooner"):
        people.ban(ben, a, By(amy), **wanted)
    assert Act.objects.count() == 1
    people.ban(ben, a, By(amy), **wanted, sooner=True)
    now = Ban.objects.get(board=a, member=ben)
    assert (now.until, now.is_mute) == (wanted["until"], wanted.get("mute", False))


def test_what_ends_later_or_is_over_needs_no_wish(a: Board, ben: Member, amy: Member) -> None:
    people.ban(ben, a, By(amy), until=days(3))
    people.ban(ben, a, By(amy), until=days(7))
    people.ban(ben, a, By(amy))
    Ban.objects.update(until=timezone.now() - timedelta(days=1))
    people.ban(ben, a, By(amy), until=days(1))
    assert Act.objects.count() == 4


def test_the_page_beside_a_text_tells_and_refuses(
    a: Board, post: Post, ann: Member, amy: Member, mo: Member
) -> None:
    client = signed_in(amy)
    page = f"{post.address}ban/"
    assert "End it sooner" not in client.get(page).content.decode()
    people.ban(ann, a, By(amy), until=days(10))
    shown = client.get(page).content.decode()
    assert "Now banned until" in shown
    assert ", by amy" in shown
    assert '<option value="30" selected' in shown
    assert 'value="7" class="btn' not in shown
    short = {"deed": "ban", "days": "3", "reason": "Again."}
    refused = client.post(page, short)
    assert refused.status_code == 422
    assert "end it sooner" in refused.content.decode()
    assert client.post(page, {"ban_for": "1"}).status_code == 422
    assert Ban.objects.get().until > days(9)
    assert client.post(page, short | {"sooner": "on"}).status_code == 302
    assert Ban.objects.get().until < days(4)


def test_the_members_page_lists_them(a: Board, ben: Member, ann: Member, amy: Member) -> None:
    people.ban(ben, a, By(amy), reason="Ads.")
    Ban.objects.create(board=a, member=ann, until=timezone.now() - timedelta(days=1))
    shown = signed_in(amy).get("/b/board_a/members/").content.decode()
    assert "banned for good, by amy · Ads." in shown
    assert "/u/ann/" not in shown


def test_the_card_tells_what_is_from_what_was(
    a: Board, post: Post, ann: Member, amy: Member
) -> None:
    for _time in range(3):
        people.ban(ann, a, By(amy), until=days(1), reason=str(_time))
        Ban.objects.all().delete()
    people.ban(ann, a, By(amy))
    (card,) = cards([cases.open_case(a, post, Case.Kind.REPORTED)])
    assert card.standing is not None
    assert card.standing.told == "banned for good, by amy"
    assert card.past == [("banned", 3)]
    shown = signed_in(amy).get(QUEUE).content.decode()
    assert "Now banned for good, by amy" in shown
    assert '<a href="/u/ann/">ann</a>' in shown


def test_the_desk_asks_whether_it_shall_end_sooner(
    a: Board, post: Post, ann: Member, amy: Member
) -> None:
    case = cases.open_case(a, post, Case.Kind.REPORTED)
    client = signed_in(amy)
    sent = {"queue": "reported", "one": f"ban:{case.pk}"}
    assert 'name="sooner"' not in client.post(QUEUE, sent).content.decode()
    people.ban(ann, a, By(amy))
    assert 'name="sooner"' in client.post(QUEUE, sent).content.decode()
    sent = {"queue": "reported", "action": "ban", "_selected_action": case.pk}
    sent |= {"confirmed": "1", "days": "3", "reason": "x"}
    assert "end it sooner" in client.post(QUEUE, sent).content.decode()
    assert Ban.objects.get().until is None
    client.post(QUEUE, sent | {"sooner": "on"})
    assert Ban.objects.get().until is not None


def test_all_they_wrote_goes_once_the_number_was_seen(
    a: Board, post: Post, comment: Comment, ann: Member, amy: Member
) -> None:
    client, page = signed_in(amy), f"{post.address}ban/"
    texts = 1 + int(comment.author == ann)
    assert f"all {texts} texts" in client.get(page).content.decode() or texts == 1
    sent = {"deed": "ban", "days": "0", "reason": "Ads.", "remove_all": "on"}
    asked = client.post(page, sent)
    assert asked.status_code == 422
    assert "Nothing is done yet" in asked.content.decode()
    assert f'name="seen" value="{texts}"' in asked.content.decode()
    assert not Act.objects.exists()
    assert client.post(page, sent | {"deed": "mute", "seen": texts}).status_code == 422
    done = client.post(page, sent | {"seen": texts}, follow=True).content.decode()
    assert Act.objects.filter(verb="spam").count() == texts
    ban = Act.objects.get(verb="ban")
    assert f"/acts/{ban.pk}/undo-all/" in done
    client.post(f"/acts/{ban.pk}/undo-all/")
    post.refresh_from_db()
    assert post.removed_at is None
    assert not Ban.objects.exists()


def test_the_desk_tells_whom_it_is_about_and_what_is_in_force(
    a: Board, post: Post, ann: Member, amy: Member
) -> None:
    cases.open_case(a, post, Case.Kind.REPORTED)
    case, client = Case.objects.get(), signed_in(amy)
    asked = {"one": f"ban:{case.pk}"}
    page = client.post(QUEUE, asked).content.decode()
    assert "<h1>Ban: ann</h1>" in page
    assert '<button class="default desk-go">Ban</button>' in page
    assert "banned until" not in page
    people.ban(ann, a, By(amy), until=days(10), reason="Shouting.")
    page = client.post(QUEUE, asked).content.decode()
    told = page.partition('class="desk-standing">')[2].partition("</p>")[0]
    assert "ann is banned until" in told
    assert ", by amy" in told
    assert "Shouting." in told


def test_the_button_of_the_page_beside_a_text_is_a_verb(
    a: Board, post: Post, ann: Member, amy: Member, mo: Member
) -> None:
    client, page = signed_in(amy), f"{post.address}ban/"
    assert "Warn, mute or ban</button>" in client.get(page).content.decode()
    people.ban(ann, a, By(amy), until=days(10))
    assert "Warn, mute, ban or lift</button>" in client.get(page).content.decode()
    people.ban(ann, a, By(mo))
    assert "Warn</button>" in client.get(page).content.decode()
