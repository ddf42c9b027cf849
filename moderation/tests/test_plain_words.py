"""What the desk and the forms say, in words that mean what is done."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation import queue
from moderation.actions import content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.admin.forms import DeedForm
from moderation.admin.queues.deeds import of_case
from moderation.models import AutoRule, Case

pytestmark = pytest.mark.django_db


def test_a_card_counts_what_stands_against_its_author(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    removal = content.remove(post, By(mo))
    assert removal
    undo(removal, By(mo))
    people.ban(ann, a, By(mo))
    people.lift(ann, a, By(mo))
    people.warn(ann, a, By(mo), reason="Mind.")
    content.set_locked(post, By(mo), locked=True)
    assert report(reporter=ben, board=a, target=post, reason="Rude.")
    [card] = queue.cards(list(Case.objects.with_targets()))
    assert sorted(card.past) == [("banned", 1), ("warned", 1)]


def test_a_reported_member_is_not_approved_of(
    a: Board, post: Post, ann: Member, ben: Member
) -> None:
    labels = []
    for target in (ann, post):
        made = report(reporter=ben, board=a, target=target, reason="Rude.")
        assert made
        labels.append(next(deed.label for deed in of_case(made.case) if deed.name == "approve"))
    assert labels == ["Nothing wrong", "Approve"]


def test_a_warning_is_said_to_stay_between_two() -> None:
    assert "log" not in DeedForm("warn", []).fields["reason"].help_text
    assert "log" in DeedForm("ban", []).fields["reason"].help_text


def test_a_rule_that_asks_nothing_is_told_so_once(a: Board) -> None:
    with pytest.raises(ValidationError) as caught:
        AutoRule(board=a, name="x", deed=AutoRule.Deed.HOLD).full_clean()
    [told] = caught.value.messages
    assert told.startswith("Say what it looks for")


def test_labels_are_put_on_and_taken_off_by_other_words(post: Post, mo: Member) -> None:
    client = signed_in(mo)
    assert "label NSFW" in client.get(post.get_absolute_url()).content.decode()
    content.set_labels(post, By(mo), nsfw=True, spoiler=False)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "take off NSFW" in page
    assert "label spoiler" in page


@pytest.mark.parametrize("mute", [True, False])
def test_who_is_banned_is_not_offered_to_write(
    a: Board, post: Post, ben: Member, amy: Member, mo: Member, mute: bool
) -> None:
    reply(author=amy, post=post, text="Hear.")
    client, offers = signed_in(ben), []
    for _turn in "12":
        page = client.get(post.get_absolute_url()).content.decode()
        offers.append(("Reply to" in page, "/b/board_a/submit/" in page))
        people.ban(ben, a, By(mo), mute=mute)
    assert offers == [(True, True), (False, False)]


def test_many_removed_comments_are_told_of_in_one_line(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    for text in ("One.", "Two.", "Three."):
        content.remove(reply(author=ben, post=post, text=text), By(mo))
    page = signed_in(ben).get(post.get_absolute_url()).content.decode()
    assert "3 of your comments here were removed" in page
    assert page.count("Read about it, and how to appeal") == 3
