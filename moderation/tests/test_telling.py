"""What the desk keeps when something is missing, and what it tells after an act."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Appeal, Case
from moderation.tests.test_desk import QUEUE, fill, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(mo: Member) -> Client:
    return signed_in(mo)


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    made = report(reporter=ben, board=a, target=post, reason="Rude")
    assert made is not None
    return made.case


# --- Go, without all that it needs


def checked(page: Any) -> list[int]:
    found = re.findall(r'name="_selected_action" value="(\d+)" checked', page.content.decode())
    return [int(pk) for pk in found]


def test_go_without_an_action_keeps_the_ticks(desk: Client, a: Board, ann: Member) -> None:
    fill(a, ann, 0, 30)
    first = desk.get(QUEUE, {"order": "reports"})
    second = desk.get(f"{QUEUE}?{first.context['next']}")
    for page, after in ((first, ""), (second, dict(parse_qsl(first.context["next"]))["after"])):
        some = [card.case.pk for card in page.context["cards"]]
        sent = {"action": "", "_selected_action": some[1:3], "after": after}
        again = desk.post(QUEUE, sent | {"queue": "reported", "back": "order=reports"})
        assert "Choose what to do." in said(again)
        assert [card.case.pk for card in again.context["cards"]] == some
        assert checked(again) == some[1:3]


def test_go_without_ticks_keeps_the_action(desk: Client, case: Case) -> None:
    page = desk.post(QUEUE, {"action": "spam", "back": "about=post"})
    assert "Choose a card first." in said(page)
    assert '<option value="spam" selected>' in page.content.decode()
    assert '<option value="post" selected>' in page.content.decode()
    assert checked(page) == []


def test_ticks_in_the_other_queues_are_kept_too(
    desk: Client, a: Board, ann: Member, amy: Member, post: Post
) -> None:
    made = content.remove(post, By(amy))
    appealed = appeal(member=ann, act=made, text="Why?")
    people.ban(ann, a, By(amy), until=timezone.now() + timedelta(days=1))
    for name, row in (("removed", made), ("appeals", appealed), ("bans", Ban.objects.get())):
        page = desk.post(QUEUE, {"queue": name, "action": "", "_selected_action": [row.pk]})
        assert checked(page) == [row.pk], name


# --- What is told after it


def reported(a: Board, ann: Member, ben: Member, count: int) -> list[Case]:
    posts = [submit_post(author=ann, board=a, title=f"Shoes {n}") for n in range(count)]
    found = [report(reporter=ben, board=a, target=one, reason="Spam") for one in posts]
    return [one.case for one in found if one]


def send(client: Client, deed: str, cases: list[Case]) -> str:
    chosen = {"action": deed, "_selected_action": [case.pk for case in cases], "confirmed": "1"}
    return said(client.post(QUEUE, chosen, follow=True))


def test_it_tells_what_happened_to_what(
    desk: Client, a: Board, ann: Member, ben: Member, comment: Comment
) -> None:
    cases = reported(a, ann, ben, 6)
    made = report(reporter=ben, board=a, target=comment, reason="Rude")
    assert made is not None
    assert send(desk, "claim", [made.case]) == "Claimed 1 comment: “ann: A first comment.”"
    told = send(desk, "remove", [*cases, made.case])
    assert "Removed 1 comment and 6 posts: " in told or "Removed 6 posts and 1 comment: " in told
    assert told.count("“") == 5
    assert told.endswith("2 more")


def test_it_tells_who_was_first_with_which(
    desk: Client, a: Board, ann: Member, ben: Member, amy: Member
) -> None:
    cases = reported(a, ann, ben, 3)
    send(signed_in(amy), "approve", cases[:2])
    told = send(desk, "remove", cases)
    assert "2 were decided by amy already: “Shoes 0”, “Shoes 1”" in told
    assert "Removed 1 post: “Shoes 2”" in told


def test_the_page_that_asks_names_comments_by_their_words(
    desk: Client, a: Board, ben: Member, ann: Member, post: Post
) -> None:
    short = reply(author=ben, post=post, text="Short words.")
    long = reply(author=ben, post=post, text="long " * 50)
    found = [report(reporter=ann, board=a, target=one, reason="Rude") for one in (short, long)]
    sent = {"action": "remove", "_selected_action": [one.case.pk for one in found if one]}
    page = desk.post(QUEUE, sent).content.decode()
    assert ">ben: Short words. · b/board_a</a>" in page
    assert page.count("Short words.") == 1
    assert f"ben: {'long ' * 11}" in page
    assert f"comment {short.pk}" not in page


# --- Appeals


@pytest.fixture
def appealed(a: Board, ann: Member, amy: Member) -> Appeal:
    """Amy banned Ann for five days."""
    made = people.ban(ann, a, By(amy), until=timezone.now() + timedelta(days=5))
    return appeal(member=ann, act=made, text="Why?")


def lengths(page: Any) -> list[str]:
    return re.findall(r'name="days" value="(\d+)"', page.content.decode())


def test_only_shorter_lengths_are_offered(desk: Client, appealed: Appeal) -> None:
    sent = {"queue": "appeals", "action": "reduce", "_selected_action": [appealed.pk]}
    assert lengths(desk.post(QUEUE, sent)) == ["1", "3"]
    for days in ("7", "30", "0", ""):
        sent |= {"confirmed": "1", "days": days, "answer": "So be it."}
        page = desk.post(QUEUE, sent)
        assert page.context["form"].errors, days
        assert lengths(page) == ["1", "3"]
        assert "So be it.</textarea>" in page.content.decode()
    appealed.refresh_from_db()
    assert appealed.state == "open"
    desk.post(QUEUE, sent | {"days": "3"})
    appealed.refresh_from_db()
    assert appealed.state == "reduced"


def test_what_ends_within_a_day_is_not_shortened(
    desk: Client, a: Board, ann: Member, amy: Member
) -> None:
    made = people.ban(ann, a, By(amy), until=timezone.now() + timedelta(hours=20))
    asked = appeal(member=ann, act=made, text="Why?")
    page = desk.get(QUEUE, {"queue": "appeals"}).content.decode()
    assert f"overturn:{asked.pk}" in page
    assert f"reduce:{asked.pk}" not in page
    sent = {"queue": "appeals", "action": "reduce", "_selected_action": [asked.pk]}
    assert "nothing shorter" in said(desk.post(QUEUE, sent, follow=True))


def test_moderators_do_not_decide_their_own_appeals(a: Board, mo: Member, amy: Member) -> None:
    made = people.warn(amy, a, By(mo), reason="Hm.")
    own = appeal(member=amy, act=made, text="Why?")
    client, address = signed_in(amy), f"/admin/moderation/appeal/{own.pk}/change/"
    page = client.get(address).content.decode()
    assert 'name="state"' not in page
    assert "must decide this: it is about you" in page
    assert "it is about you" in client.get(QUEUE, {"queue": "appeals"}).content.decode()
    assert client.post(address, {"state": "overturned"}).status_code == 403


def test_a_name_keeps_its_case_when_it_leads_a_message(
    a: Board, post: Post, mo: Member, amy: Member, ben: Member
) -> None:
    """The admin writes the first letter of each message large."""
    own = reply(author=mo, post=post, text="Mine.")
    report(reporter=ben, board=a, target=own, reason="x")
    case = Case.objects.get()
    fields = {"one": f"warn:{case.pk}"}
    sent = {"action": "warn", "_selected_action": case.pk, "confirmed": "1", "reason": "Rude."}
    page = signed_in(amy).post(QUEUE, fields | sent, follow=True).content.decode()
    assert "“moe: Mine. · b/board_a”: " in page
    assert "Moe: Mine." not in page


def test_a_date_is_written_one_way(a: Board, post: Post, ben: Member, mo: Member) -> None:
    """On the cards, in the lists of the admin, and on the site."""
    act = people.ban(ben, a, By(mo), until=timezone.now() + timedelta(days=2))
    assert act is not None
    assert act.until is not None
    written = f"{act.until:%-d %B %Y, %H:%M}"
    client = signed_in(mo)
    for page in ("/admin/moderation/case/?queue=bans", "/admin/boards/ban/", f"/acts/{act.pk}/"):
        assert written in client.get(page).content.decode(), page
