"""actions.comments.reply: the one way into the trees."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Member
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import delete_post
from discussions.models import Comment, CommentVote, Post, Receipt
from inbox.models import Letter
from moderation.actions.content import remove, restore, set_locked
from moderation.actions.log import By


def shape(post: Post) -> list[tuple[str, int, int, int]]:
    rows = Comment.objects.filter(post=post).order_by("tree_id", "lft")
    return list(rows.values_list("text", "lft", "rght", "level"))


def test_it_makes_a_tree_of_each_root_comment(post: Post, ann: Member) -> None:
    first = reply(author=ann, post=post, text="one")
    second = reply(author=ann, post=post, text="two")
    assert first.tree_id == first.pk
    assert second.tree_id == second.pk
    assert shape(post) == [("one", 1, 2, 0), ("two", 1, 2, 0)]


def test_room_is_made_once_for_each_place(post: Post, ann: Member) -> None:
    """Also if the same object is placed and written again."""
    root = reply(author=ann, post=post, text="root")
    again = Comment(post=post, author=ann, text="again", html="again")
    for place in (lambda: again.place_below(root), again.place_at_root):
        [again.pk] = Comment.objects.next_ids(1)
        place()
        again.insert()
    again.place_below(root)
    [again.pk] = Comment.objects.next_ids(1)
    again.place_at_root()
    again.insert()
    assert shape(post) == [
        ("root", 1, 4, 0),
        ("again", 2, 3, 1),
        ("again", 1, 2, 0),
        ("again", 1, 2, 0),
    ]


def test_it_places_replies_behind_their_siblings(post: Post, ann: Member, ben: Member) -> None:
    root = reply(author=ann, post=post, text="root")
    first = reply(author=ben, post=post, parent=root, text="first")
    reply(author=ann, post=post, parent=root, text="second")
    reply(author=ann, post=post, parent=first, text="below first")
    assert shape(post) == [
        ("root", 1, 8, 0),
        ("first", 2, 5, 1),
        ("below first", 3, 4, 2),
        ("second", 6, 7, 1),
    ]


def test_it_counts_on_the_post_and_wakes_it(post: Post, ann: Member) -> None:
    written = reply(author=ann, post=post, text="one")
    post.refresh_from_db()
    assert post.comment_count == 1
    assert post.active_at == written.created_at


def test_the_authors_own_vote_is_the_first_point(post: Post, ann: Member) -> None:
    written = reply(author=ann, post=post, text="one")
    assert (written.ups, written.downs, written.score) == (1, 0, 1)
    assert CommentVote.objects.get(target=written).voter == ann
    assert written.best > 0


def test_the_same_form_is_taken_once(post: Post, ann: Member) -> None:
    key = uuid4()
    first = reply(author=ann, post=post, text="one", once=key)
    again = reply(author=ann, post=post, text="one", once=key)
    assert again == first
    assert Comment.objects.count() == 1
    post.refresh_from_db()
    assert post.comment_count == 1


def test_a_refused_form_may_be_sent_again(post: Post, ann: Member, mo: Member) -> None:
    key = uuid4()
    set_locked(post, By(mo), locked=True)
    with pytest.raises(PermissionDenied, match="locked"):
        reply(author=ann, post=post, text="one", once=key)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("close", ["lock", "remove", "delete"])
def test_a_closed_thread_takes_no_reply(post: Post, ann: Member, mo: Member, close: str) -> None:
    stale = Post.objects.select_related("board").get(pk=post.pk)
    if close == "lock":
        set_locked(post, By(mo), locked=True)
    elif close == "remove":
        remove(post, By(mo))
    else:
        delete_post(author=ann, post=post)
    # With the post as it was read before it was closed, so that the database decides.
    with pytest.raises(PermissionDenied):
        reply(author=ann, post=stale, text="too late")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("end", ["remove", "delete"])
def test_a_tombstone_takes_no_reply(
    post: Post, comment: Comment, ann: Member, mo: Member, end: str
) -> None:
    stale = Comment.objects.get(pk=comment.pk)
    if end == "remove":
        remove(comment, By(mo))
    else:
        delete_comment(author=ann, comment=comment)
    with pytest.raises(PermissionDenied, match="gone"):
        reply(author=ann, post=post, parent=stale, text="too late")
    assert Comment.objects.count() == 1


def test_deleting_keeps_the_replies_and_takes_the_words(
    post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    below = reply(author=ben, post=post, parent=comment, text="below")
    edit_comment(editor=ann, comment=comment, text="changed")
    delete_comment(author=ann, comment=comment)
    comment.refresh_from_db()
    assert (comment.text, comment.html) == ("", "")
    assert comment.deleted_at is not None
    assert not comment.revisions.exists()
    below.refresh_from_db()
    assert below.parent == comment


def test_editing_keeps_what_was_said(comment: Comment, ann: Member) -> None:
    edit_comment(editor=ann, comment=comment, text="*changed*")
    comment.refresh_from_db()
    assert "<em>changed</em>" in comment.html
    assert comment.edited_at is not None
    assert comment.revisions.get().text == "A first comment."


def test_an_edit_that_changes_nothing_leaves_no_mark(comment: Comment, ann: Member) -> None:
    edit_comment(editor=ann, comment=comment, text="A first comment.")
    comment.refresh_from_db()
    assert comment.edited_at is None
    assert not comment.revisions.exists()


def test_others_neither_edit_nor_delete(comment: Comment, ben: Member, mo: Member) -> None:
    for member in (ben, mo):
        with pytest.raises(PermissionDenied):
            edit_comment(editor=member, comment=comment, text="mine")
        with pytest.raises(PermissionDenied):
            delete_comment(author=member, comment=comment)
    comment.refresh_from_db()
    assert comment.text == "A first comment."


def test_a_removed_comment_comes_back_whole(comment: Comment, mo: Member) -> None:
    remove(comment, By(mo))
    restore(comment, By(mo))
    comment.refresh_from_db()
    assert comment.is_live
    assert comment.text == "A first comment."


def test_the_author_of_what_was_answered_gets_a_letter(
    post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    Letter.objects.all().delete()
    root = reply(author=ben, post=post, text="to the **post**")
    below = reply(author=ben, post=post, parent=comment, text="to the comment")
    letters = Letter.objects.filter(recipient=ann).order_by("pk")
    assert [(letter.kind, letter.subject_key) for letter in letters] == [
        ("post_reply", root.key),
        ("comment_reply", below.key),
    ]
    assert letters[0].excerpt == "to the post"
    assert letters[0].url == root.short_address


def test_nobody_writes_to_themselves(post: Post, comment: Comment, ann: Member) -> None:
    reply(author=ann, post=post, parent=comment, text="u/ann talks to u/ann")
    assert not Letter.objects.exists()


def test_mentions_are_told_once(post: Post, ann: Member, ben: Member, mo: Member) -> None:
    reply(author=ben, post=post, text="u/MOE and u/moe and u/ann, not `u/pam` nor u/nobody")
    kinds = dict(Letter.objects.values_list("recipient__username", "kind"))
    assert kinds == {"moe": "mention", "ann": "post_reply"}


def test_who_may_not_read_gets_no_letter(secret: Post, ben: Member, mo: Member) -> None:
    reply(author=mo, post=secret, text="u/ben u/pam hush")
    assert [letter.recipient.username for letter in Letter.objects.all()] == ["pam"]


@pytest.mark.parametrize("end", ["remove", "delete"])
def test_a_letter_goes_with_its_subject(
    post: Post, ann: Member, ben: Member, mo: Member, end: str
) -> None:
    root = reply(author=ben, post=post, text="hello")
    assert Letter.objects.filter(recipient=ann).exists()
    if end == "remove":
        remove(root, By(mo))
    else:
        delete_comment(author=ben, comment=root)
    # Its author is told of the removal.
    assert not Letter.objects.exclude(recipient=ben, kind=Letter.Kind.MODERATION).exists()


def test_a_new_comment_that_is_saved_again_stays_in_its_place(
    post: Post, comment: Comment, ann: Member
) -> None:
    first = reply(author=ann, post=post, parent=comment, text="first")
    reply(author=ann, post=post, parent=comment, text="second")
    first.text = "changed"
    first.save()
    assert shape(post) == [
        ("A first comment.", 1, 6, 0),
        ("changed", 2, 3, 1),
        ("second", 4, 5, 1),
    ]


def test_the_parent_may_be_told_by_its_id(post: Post, comment: Comment, ann: Member) -> None:
    written = reply(author=ann, post=post, parent=comment.pk, text="below")
    assert written.parent == comment
    assert shape(post) == [("A first comment.", 1, 4, 0), ("below", 2, 3, 1)]


@pytest.mark.parametrize("where", ["elsewhere", "nowhere"])
def test_the_parent_must_be_in_the_thread(
    post: Post, secret: Post, comment: Comment, ann: Member, where: str
) -> None:
    parent = comment.pk if where == "elsewhere" else comment.pk + 1
    with pytest.raises(Comment.DoesNotExist):
        reply(author=ann, post=secret, parent=parent, text="astray", once=uuid4())
    assert Comment.objects.get() == comment
    assert not Receipt.objects.exists()
