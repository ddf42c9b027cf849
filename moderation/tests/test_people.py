"""What is done about members: warnings, mutes, bans; and what those who are banned may not do."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import Member
from boards.actions import subscribe
from boards.models import Ban, Board, Moderator, Subscription
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import edit_post, submit_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act
from moderation.tests.conftest import row

DEEDS: dict[str, Any] = {
    "warn": lambda member, board, by: people.warn(member, board, by, reason="Mind."),
    "mute": lambda member, board, by: people.ban(
        member, board, by, mute=True, reason="Mind.", sooner=True
    ),
    "ban": lambda member, board, by: people.ban(member, board, by, reason="Mind."),
    "lift": lambda member, board, by: people.lift(member, board, by, reason="Mind."),
}
TOLD = {
    "warn": "You were warned in b/board_a",
    "mute": "You can't write in b/board_a any more",
    "ban": "You are banned from b/board_a for good",
    "lift": "You may take part in b/board_a again",
}


@pytest.fixture
def in_days() -> Any:
    return lambda days: timezone.now() + timedelta(days=days)


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_written_down_and_told(deed: str, a: Board, ben: Member, amy: Member) -> None:
    Ban.objects.create(board=a, member=ben)
    act = DEEDS[deed](ben, a, By(amy))
    assert (act.verb, act.member, act.reason, act.actor) == (deed, ben, "Mind.", amy)
    letter = Letter.objects.get(recipient=ben)
    assert letter.kind == "moderation"
    assert letter.title == TOLD[deed]
    assert letter.excerpt.startswith("Mind.")
    assert ("You can appeal until" in letter.excerpt) is (deed != "lift")
    assert "amy" not in str(row(letter))


@pytest.mark.parametrize("deed", DEEDS)
def test_only_who_may_does_it_and_to_lower_ranks(
    deed: str, a: Board, ben: Member, mia: Member, amy: Member, mo: Member, stan: Member
) -> None:
    Ban.objects.create(board=a, member=ben)
    for actor, member in ((ben, ann) for ann in (amy, mo)):
        with pytest.raises(PermissionDenied):
            DEEDS[deed](member, a, By(actor))
    for actor, member in ((mia, ben), (amy, mo), (amy, amy), (amy, stan), (mo, stan), (mo, mo)):
        with pytest.raises(PermissionDenied):
            DEEDS[deed](member, a, By(actor))
    Moderator.objects.filter(member=amy).update(may_members=False)
    with pytest.raises(PermissionDenied):
        DEEDS[deed](ben, a, By(amy))
    assert not Act.objects.exists()
    assert DEEDS[deed](ben, a, By(mo))


@pytest.mark.parametrize("kind", ["ban", "mute"])
def test_who_is_banned_takes_no_part(
    kind: str, a: Board, post: Post, comment: Comment, ben: Member, mo: Member, in_days: Any
) -> None:
    people.ban(ben, a, By(mo), mute=kind == "mute", until=in_days(1))
    stale = Post.objects.select_related("board").get(pk=post.pk)
    with pytest.raises(PermissionDenied):
        reply(author=ben, post=stale, text="x")
    with pytest.raises(PermissionDenied):
        reply(author=ben, post=stale, parent=comment, text="x")
    with pytest.raises(PermissionDenied):
        submit_post(author=ben, board=Board.objects.get(pk=a.pk), title="x")
    for target in (stale, comment):
        if kind == "ban":
            with pytest.raises(PermissionDenied):
                vote(voter=ben, target=target, value=1)
        else:
            vote(voter=ben, target=target, value=1)
    client = signed_in(ben)
    assert client.post(f"{post.address}reply/", {"text": "x"}).status_code == 403
    assert client.post("/b/board_a/submit/", {"title": "x", "text": "y"}).status_code == 403
    assert client.get(post.get_absolute_url()).status_code == 200
    assert (Post.objects.count(), Comment.objects.count()) == (1, 1)


@pytest.mark.parametrize("kind", ["ban", "mute"])
def test_who_is_banned_edits_nothing(
    kind: str, a: Board, post: Post, comment: Comment, ann: Member, mo: Member, in_days: Any
) -> None:
    people.ban(ann, a, By(mo), mute=kind == "mute", until=in_days(1), reason="Spam.")
    before = post.text, comment.text
    client = signed_in(ann)
    with pytest.raises(PermissionDenied, match="Spam"):
        edit_post(editor=ann, post=post, title="x", text="y")
    with pytest.raises(PermissionDenied, match="Spam"):
        edit_comment(editor=ann, comment=comment, text="y")
    texts: dict[str, Post | Comment] = {
        post.address: post,
        f"{post.address}c/{comment.pk}/": comment,
    }
    for address, text in texts.items():
        for answer in (
            client.get(f"{address}edit/"),
            client.post(f"{address}edit/", {"title": "x", "text": "y"}),
        ):
            assert answer.status_code == 403
            assert "Spam." in answer.content.decode()
        text.refresh_from_db()
    assert (post.text, comment.text) == before
    people.lift(ann, a, By(mo))
    edit_comment(editor=ann, comment=comment, text="y")


def test_a_ban_ends_by_itself(a: Board, post: Post, ben: Member, mo: Member, in_days: Any) -> None:
    people.ban(ben, a, By(mo), until=in_days(1))
    Ban.objects.update(until=F("until") - timedelta(days=2))
    reply(author=ben, post=post, text="x")
    submit_post(author=ben, board=a, title="x")
    vote(voter=ben, target=post, value=1)


def test_a_ban_that_is_over_is_refused(a: Board, ben: Member, mo: Member, in_days: Any) -> None:
    with pytest.raises(ValidationError):
        people.ban(ben, a, By(mo), until=in_days(-1))


def test_who_is_banned_reads_a_private_board_no_more(
    p: Board, secret: Post, pam: Member, mo: Member
) -> None:
    subscribe(member=pam, board=p)
    reply(author=mo, post=secret, text="hush, u/pam")
    client = signed_in(pam)
    assert client.get(secret.get_absolute_url()).status_code == 200
    before = row(p)
    act = people.ban(pam, p, By(mo))
    assert client.get(secret.get_absolute_url()).status_code == 404
    assert client.get("/b/board_p/").status_code == 404
    assert [letter.kind for letter in Letter.objects.filter(recipient=pam)] == ["moderation"]
    assert not Subscription.objects.filter(member=pam, board=p).exists()
    undo(act, By(mo))
    assert client.get(secret.get_absolute_url()).status_code == 200
    assert row(p) == before


@pytest.mark.parametrize("deed", ["mute", "ban", "lift"])
def test_taking_it_back_restores_the_ban_there_was(
    deed: str, a: Board, ben: Member, mo: Member, in_days: Any
) -> None:
    Ban.objects.create(board=a, member=ben, until=in_days(3), reason="Before.", is_mute=True)
    before = people.state(ben, a)
    act = DEEDS[deed](ben, a, By(mo))
    assert people.state(ben, a) != before
    undo(act, By(mo))
    assert people.state(ben, a) == before
    # Who is muted again is told; who is no longer banned never learns that they were.
    assert Letter.objects.filter(title__contains="write").exists() is (deed == "lift")
    assert Letter.objects.count() == (deed == "lift")


def test_it_is_not_taken_back_once_something_else_was_done(
    a: Board, ben: Member, mo: Member
) -> None:
    act = people.ban(ben, a, By(mo))
    people.lift(ben, a, By(mo))
    with pytest.raises(ValidationError, match="since"):
        undo(act, By(mo))


def test_nobody_takes_back_their_own_ban(a: Board, amy: Member, mo: Member) -> None:
    act = people.ban(amy, a, By(mo), mute=True)
    for deed in (lambda: undo(act, By(amy)), lambda: people.lift(amy, a, By(amy))):
        with pytest.raises(PermissionDenied):
            deed()


def test_a_banned_moderator_moderates_no_more(a: Board, amy: Member, mo: Member) -> None:
    people.ban(amy, a, By(mo))
    with pytest.raises(PermissionDenied):
        people.note(mo, a, By(amy), text="x")


def test_reports_of_a_member_are_answered(a: Board, ben: Member, ann: Member, mo: Member) -> None:
    made = report(reporter=ann, board=a, target=ben, reason="Rude.")
    assert made
    people.ban(ben, a, By(mo), case=made.case)
    with pytest.raises(ValidationError, match="decided"):
        people.warn(ben, a, By(mo), reason="x", case=made.case)
    made.refresh_from_db()
    assert made.outcome == "acted"
    assert Act.objects.count() == 1
    with pytest.raises(PermissionDenied):
        report(reporter=ben, board=a, target=ben, reason="Me.")


def test_a_member_is_found_all_right(a: Board, ben: Member, ann: Member, mo: Member) -> None:
    made = report(reporter=ann, board=a, target=ben, reason="Rude.")
    assert made
    act = people.approve(ben, a, By(mo), case=made.case)
    assert act
    made.refresh_from_db()
    assert made.outcome == "kept"
    undo(act, By(mo))
    made.refresh_from_db()
    assert made.outcome == "open"
    assert made.case.closed_at is None


def test_the_log_outlives_the_member(a: Board, ben: Member, mo: Member) -> None:
    act = people.ban(ben, a, By(mo))
    key = ben.pk
    delete_account(member=ben)
    kept = Act.objects.get()
    assert kept.member_id == key
    with pytest.raises(ValidationError, match="gone"):
        undo(act, By(mo))
