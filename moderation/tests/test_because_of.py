"""What is done to a member because of a text names it, and keeps it as it was then."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.comments import delete_comment, edit_comment
from discussions.actions.posts import edit_post, submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import appeals, content, people
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.actions.offers import undoable
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal
from moderation.tests.test_desk import act as press

DEEDS: dict[str, Any] = {
    "warn": lambda text, by: people.warn(
        text.author, content.board_of(text), by, reason="Mind.", because=text
    ),
    "mute": lambda text, by: people.ban(
        text.author, content.board_of(text), by, mute=True, because=text
    ),
    "ban": lambda text, by: people.ban(text.author, content.board_of(text), by, because=text),
}
LOG = "/b/board_a/modlog/"


@pytest.mark.parametrize("deed", DEEDS)
def test_the_act_keeps_the_text_and_its_version(
    deed: str, post: Post, ann: Member, mo: Member
) -> None:
    stale = Post.objects.get(pk=post.pk)
    edit_post(editor=ann, post=post, title="Later", text="Said later.")
    act = DEEDS[deed](stale, By(mo))
    post.refresh_from_db()
    assert (act.post, act.comment, act.member) == (post, None, ann)
    assert (act.title, act.snapshot, act.version) == ("Later", "Said later.", post.edited_at)


@pytest.mark.parametrize("deed", DEEDS)
def test_of_a_comment_too(deed: str, comment: Comment, mo: Member) -> None:
    act = DEEDS[deed](comment, By(mo))
    assert (act.post, act.comment, act.member) == (None, comment, comment.author)
    assert (act.title, act.snapshot, act.version) == ("", comment.text, comment.created_at)


@pytest.mark.parametrize("deed", DEEDS)
def test_the_desk_names_it(deed: str, a: Board, post: Post, ben: Member, mo: Member) -> None:
    case = report(reporter=ben, board=a, target=post, reason="Rude").case  # type: ignore[union-attr]
    press(signed_in(mo), deed, case, reason="Mind.", days="3")
    act = Act.objects.get(verb=deed)
    assert (act.post, act.snapshot) == (post, post.text)


def test_a_sweep_names_what_it_began_with(a: Board, post: Post, ben: Member, mo: Member) -> None:
    case = report(reporter=ben, board=a, target=post, reason="Spam").case  # type: ignore[union-attr]
    press(signed_in(mo), "sweep", case, reason="Spam.", days="0")
    assert Act.objects.get(verb="ban").post == post


@pytest.mark.parametrize("deed", DEEDS)
def test_the_form_beside_a_text_names_it(
    deed: str, post: Post, comment: Comment, mo: Member
) -> None:
    fields = {"deed": deed, "days": "3", "reason": "Mind."}
    signed_in(mo).post(f"{comment.address}ban/", fields)
    act = Act.objects.get(verb=deed)
    assert (act.comment, act.snapshot) == (comment, comment.text)


@pytest.mark.parametrize("deed", DEEDS)
def test_letter_and_page_tell_the_author_which(
    deed: str, comment: Comment, ben: Member, mo: Member
) -> None:
    act = DEEDS[deed](comment, By(mo))
    said = f"because of your comment “{comment.text}”"
    assert said in Letter.objects.get(subject_key=f"act/{act.pk}/").title
    page = signed_in(act.member).get(f"/acts/{act.pk}/").content.decode()
    assert said in page
    assert "What you had written" in page
    assert comment.short_address in page


def test_who_decides_the_appeal_reads_it(
    comment: Comment, a: Board, mo: Member, amy: Member, stan: Member
) -> None:
    act = DEEDS["warn"](comment, By(mo))
    edit_comment(editor=act.member, comment=comment, text="Never mind")
    appeals.appeal(member=act.member, act=act, text="It was a joke.")
    assert act.snapshot
    for address in ("case/?queue=appeals", f"appeal/{Appeal.objects.get().pk}/change/"):
        page = signed_in(amy).get(f"/admin/moderation/{address}").content.decode()
        assert act.snapshot in page


def test_the_log_names_it_to_who_may_read_it(
    a: Board, comment: Comment, ben: Member, mo: Member, una: Member
) -> None:
    DEEDS["mute"](comment, By(mo))
    said = "because of a comment on “A first post”"
    assert said in Client().get(LOG).content.decode()
    assert said in Client().get(f"{LOG}feed/").content.decode()
    content.remove(comment, By(mo))
    for address in (LOG, f"{LOG}feed/"):
        for client in (Client(), signed_in(una)):
            assert "because of" not in client.get(address).content.decode()
        assert said in signed_in(mo).get(address).content.decode()
    content.restore(comment, By(mo))
    delete_comment(author=comment.author, comment=comment)
    assert "because of" not in Client().get(LOG).content.decode()


def test_a_post_that_was_removed_is_not_named_by_the_ban(a: Board, post: Post, mo: Member) -> None:
    DEEDS["ban"](post, By(mo))
    assert "A first post" in Client().get(LOG).content.decode()
    content.remove(post, By(mo))
    for address in (LOG, f"{LOG}feed/"):
        assert "A first post" not in Client().get(address).content.decode()


def test_others_do_not_read_the_act(comment: Comment, mo: Member, una: Member) -> None:
    act = DEEDS["ban"](comment, By(mo))
    assert signed_in(una).get(f"/acts/{act.pk}/").status_code == 404


@pytest.mark.parametrize("deed", ["mute", "ban"])
def test_it_is_taken_back_and_the_text_stays_as_it_is(
    deed: str, a: Board, comment: Comment, mo: Member
) -> None:
    content.set_locked(comment, By(mo), locked=True)
    act = DEEDS[deed](comment, By(mo))
    content.remove(comment, By(mo))
    board = Board.objects.with_standing(mo).get(pk=a.pk)
    assert undoable(mo, board, [act]) == {act.pk}
    done = undo(act, By(mo))
    assert (done.member, done.comment) == (act.member, None)
    assert not Ban.objects.exists()
    comment.refresh_from_db()
    assert comment.removed_at
    assert comment.locked_at


@pytest.mark.parametrize("deed", DEEDS)
def test_an_appeal_is_granted_though_the_text_changed(
    deed: str, a: Board, comment: Comment, mo: Member, amy: Member
) -> None:
    act = DEEDS[deed](comment, By(mo))
    made = appeals.appeal(member=act.member, act=act, text="Why?")
    content.remove(comment, By(mo))
    appeals.decide(made, By(amy), Appeal.State.OVERTURNED)
    assert not Ban.objects.exists()
    assert Act.objects.get(undoes=act).verb == "overturn"


def test_each_text_has_its_own_warning(a: Board, post: Post, ann: Member, mo: Member) -> None:
    other = submit_post(author=ann, board=a, title="Another")
    for text in (post, other, other):
        DEEDS["warn"](text, By(mo))
    assert [act.post for act in Act.objects.order_by("pk")] == [post, other]


def test_the_second_moderator_is_told_what_decided_the_text(
    a: Board, post: Post, ben: Member, mo: Member, amy: Member
) -> None:
    case = report(reporter=ben, board=a, target=post, reason="Rude").case  # type: ignore[union-attr]
    content.remove(post, By(amy))
    DEEDS["warn"](post, By(amy))
    answer = press(signed_in(mo), "approve", case)
    assert "banned" not in answer.content.decode()
    assert "warned" not in answer.content.decode()


def test_the_whole_sweep_is_hidden_from_who_may_not_read_it(
    a: Board, post: Post, ann: Member, mo: Member
) -> None:
    ban_and_remove(ann, a, By(mo), reason="Spam.", because=post)
    page = Client().get(LOG).content.decode()
    assert "ann" in page
    assert post.title not in page
