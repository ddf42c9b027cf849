"""A member takes all along that is their own, and nothing of anybody else's."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.actions import approve, subscribe
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import delete_post, submit_post
from discussions.actions.votes import vote
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import appeals, content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from paging import batches
from rboard import readonly

pytestmark = pytest.mark.django_db

EXPORT = "/settings/export/"


def taken_along(member: Member) -> dict[str, Any]:
    response: Any = signed_in(member).post(EXPORT)
    assert response.status_code == 200
    assert response.streaming
    found: dict[str, Any] = json.loads(b"".join(response.streaming_content))
    return found


@pytest.fixture
def full(a: Board, p: Board, post: Post, ann: Member, ben: Member, mo: Member) -> Member:
    """Ben has something of everything; ann and mo have said theirs to it."""
    Member.objects.filter(pk=ben.pk).update(email="ben@example.org", bio="Bens bio.")
    subscribe(member=ben, board=a)
    approve(board=p, member=ben, by=mo)
    mine = submit_post(author=ben, board=a, title="Bens title", text="Bens text.")
    gone = submit_post(author=ben, board=a, title="Bens regret", text="Bens slip.")
    delete_post(author=ben, post=gone)
    taken = reply(author=ben, post=post, text="Bens removed comment.")
    content.remove(taken, By(mo), reason="Off topic, ben.", note="Watch this one.")
    reply(author=ann, post=mine, text="Anns answer, u/ben.")
    vote(voter=ben, target=post, value=1)
    vote(voter=ann, target=mine, value=-1)
    report(reporter=ben, board=a, target=post, reason="Bens complaint.")
    report(reporter=ann, board=a, target=mine, reason="Anns complaint.")
    until = timezone.now() + timedelta(days=3)
    act = people.ban(ben, a, By(mo), until=until, reason="Cool down.")
    appeals.appeal(member=ben, act=act, text="Bens appeal.")
    people.note(ben, a, By(mo), text="Moes note.")
    return Member.objects.get(pk=ben.pk)


def test_who_is_banned_takes_all_of_their_own_along(full: Member, post: Post, a: Board) -> None:
    found = taken_along(full)
    assert found["account"]["name"] == "ben"
    assert found["account"]["email"] == "ben@example.org"
    assert found["account"]["about_you"] == "Bens bio."
    assert found["account"]["preferences"] == {"theme": "auto", "keys": "on"}
    assert [row["board"] for row in found["subscriptions"]] == ["board_a"]
    assert [row["board"] for row in found["private_boards"]] == ["board_p"]
    assert [(row["title"], row["text"]) for row in found["posts"]] == [("Bens title", "Bens text.")]
    [comment] = found["comments"]
    assert comment["text"] == "Bens removed comment."
    assert comment["removed"]
    assert found["votes"][0]["vote"] == 1
    assert found["votes"][0]["address"] == post.short_address
    assert [row["reason"] for row in found["reports"]] == ["Bens complaint."]
    acts = {row["what"]: row for row in found["acts"]}
    assert acts["remove"]["reason"] == "Off topic, ben."
    assert acts["ban"]["reason"] == "Cool down."
    assert acts["ban"]["until"]
    assert found["bans"][0]["reason"] == "Cool down."
    assert found["appeals"][0]["text"] == "Bens appeal."
    assert {row["kind"] for row in found["letters"]} >= {"post_reply", "moderation"}


def test_nothing_of_others_is_in_it(full: Member) -> None:
    said = json.dumps(taken_along(full), ensure_ascii=False)
    for words in ("Anns", "A first post", "a-first-post", "Its text", "Moes note", "Watch this"):
        assert words not in said
    assert "ann" not in said.lower().replace("banned", "")
    assert "moe" not in said
    for words in ("Bens slip", "Bens regret"):  # deleted
        assert words not in said


def test_the_maker_of_a_board_takes_along_what_they_look_after(full: Member, mo: Member) -> None:
    found = taken_along(mo)
    assert [row["board"] for row in found["moderates"]] == ["board_a", "board_p"]
    assert found["moderates"][0]["owner"]
    assert "Bens" not in json.dumps(found)


def test_the_page_has_a_button_and_guests_sign_in(ben: Member) -> None:
    page = signed_in(ben).get(EXPORT)
    assert '<button class="btn btn-primary">Download</button>' in page.content.decode()
    assert EXPORT in signed_in(ben).get("/settings/").content.decode()
    assert Client().post(EXPORT).status_code == 302


def test_a_site_that_is_read_only_gives_it_too(
    ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readonly.known, "now", lambda: readonly.Notice("New disks"))
    assert taken_along(ben)["account"]["name"] == "ben"


def test_no_cache_keeps_it(ben: Member) -> None:
    answer = signed_in(ben).post(EXPORT)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'attachment; filename="ben.json"'


def test_queries_come_by_batches_and_not_by_rows(
    a: Board, ben: Member, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And across their edges nothing is left out or comes twice."""

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            taken_along(ben)
        return len(asked)

    texts = [f"No. {n}" for n in range(1, 8)]
    reply(author=ben, post=post, text=texts[0])
    before = cost()
    for text in texts[1:]:
        vote(voter=ben, target=submit_post(author=post.author, board=a, title=text), value=1)
        reply(author=ben, post=post, text=text)
    assert cost() == before
    small: Any = {"size": 2}
    monkeypatch.setattr(batches.in_batches, "__kwdefaults__", {**small})
    monkeypatch.setattr(batches.newest_first, "__kwdefaults__", {"column": "created_at", **small})
    found = taken_along(ben)
    assert [row["text"] for row in found["comments"]] == texts[::-1]
    # With those that each text is given by its author.
    assert len({row["address"] for row in found["votes"]}) == len(found["votes"]) == 13
