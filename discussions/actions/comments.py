"""What authors do with comments. `reply` alone adds to the trees while the site runs."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from boards.models import Ban, Board
from boards.policy import ban_now
from discussions import letters, policy
from discussions.actions.receipts import form_key, write_once
from discussions.actions.visits import count_own_comment, own_comment
from discussions.locks import lock_board
from discussions.models import Comment, CommentQuerySet, CommentVote, Post, Revision
from discussions.signals import deleted, edited, written
from inbox import actions as inbox
from markup import render
from paging import Given, planned
from paging.writing import Update, prepared_update, send

GONE = gettext_lazy("This post is gone; it takes no more comments.")


def reply(
    *,
    author: Member,
    post: Post,
    parent: Comment | int | None = None,
    text: str,
    once: UUID | None = None,
    at: datetime | None = None,
) -> Comment:
    """Write a comment below a post or below another comment of it, which may be told by its id.

    `once` is the key of the form it came by; `at` (now if None) its date: then it comes from a
    sample, and no rules judge it. Raises PermissionDenied, with the reason, if the author is
    banned, or the thread or the parent takes no replies; Comment.DoesNotExist if the parent is
    not in the thread; markup.MarkupError.
    """
    parent_id = parent.pk if isinstance(parent, Comment) else parent
    comment = Comment(post=post, author=author, text=text, html=render(text))
    comment.created_at = at or timezone.now()
    comment.count_votes(1, 0)
    letter = letters.draft(text)

    def write(new_id: int) -> None:
        comment.pk = new_id
        # The first of all locks, which see. Who is banned from now on waits for this reply.
        try:
            board = Board.objects.hold(post.board_id)
        except Board.DoesNotExist:
            raise PermissionDenied(GONE) from None
        if parent_id is None:
            comment.place_at_root()
        else:
            _place_below(comment, parent_id, author)
        comment.insert(CommentVote(voter=author, target=comment, value=1))
        comment.is_counted = False
        if at is None:
            written.send(Comment, content=comment)
        if comment.is_live:
            letters.tell_of_comment(comment, letter, board)
        # Last, because the post's row is what all who reply in this thread wait for.
        _count_on_open_post(comment, author)

    refusal = policy.reply_refusal(author, post)
    if refusal:
        raise PermissionDenied(refusal)
    key = form_key(once, "comment", str(post.pk), str(parent_id or ""), text)
    comment_id = write_once(author, key, Comment, write)
    return comment if comment_id == comment.pk else _written_before(comment_id, author)


def _written_before(comment_id: int, author: Member) -> Comment:
    comments = Comment.objects.select_related("post__board", "author")
    found: Comment = comments.get(pk=comment_id, author=author)
    return found


# What is asked of a comment that is answered.
_JUDGED = "author post parent tree_id lft rght level deleted_at removed_at".split()


@planned
def _answered(post: Given, pk: Given) -> CommentQuerySet:
    found: CommentQuerySet = Comment.objects.filter(post=post, pk=pk).only(*_JUDGED)
    return found.with_locks()


def _place_below(comment: Comment, parent_id: int, author: Member) -> None:
    """Make room under the tree's lock; the parent is read and judged as it is then."""
    lock = Comment.objects.lock_of_tree(parent_id)
    parent = _answered.first_after(lock, post=comment.post_id, pk=parent_id)
    if parent is None:
        raise Comment.DoesNotExist
    refusal = policy.reply_refusal(author, comment.post, parent)
    if refusal:
        raise PermissionDenied(refusal)
    comment.place_below(parent)


@prepared_update
def _count_on_post(is_live: bool, pk: Given, at: Given, author: Given) -> Update:
    bans = Ban.objects.in_force().filter(board=OuterRef("board"), member=author)
    open_post = Post.objects.filter(~Exists(bans), pk=pk).open()
    if not is_live:
        return Update(open_post, comment_count=F("comment_count"))
    active_at = Greatest(F("active_at"), ExpressionWrapper(at, DateTimeField()))
    return Update(open_post, comment_count=F("comment_count") + 1, active_at=active_at)


def _count_on_open_post(comment: Comment, author: Member) -> None:
    """Count the comment, unless the author was banned or the post closed or purged meanwhile.

    Then the whole reply is undone. One that a rule took off neither counts nor makes its post
    active; whether the post is open is asked all the same.
    """
    at, is_live = comment.created_at, comment.is_live
    counts = [_count_on_post.asked(is_live, pk=comment.post_id, at=at, author=author.pk)]
    if is_live:
        counts.insert(0, own_comment(member=author, post=comment.post))
    if send(*counts):
        comment.is_counted = True
        return
    post = Post.objects.select_related("board").filter(pk=comment.post_id).first()
    if post is None:
        raise PermissionDenied(GONE)
    post.board.viewer_ban = ban_now(author, post.board_id)
    refusal = policy.reply_refusal(author, post)
    raise PermissionDenied(refusal or _("The thread was closed for a moment. Send it again."))


def edit_comment(*, editor: Member, comment: Comment, text: str) -> None:
    """Change a comment, keeping what it was. Raises PermissionDenied, markup.MarkupError."""
    html = render(text)
    with transaction.atomic():
        lock_board(comment.post.board_id)
        # The tree's lock too, because a rule may take the comment off.
        Comment.objects.lock_tree(comment.tree_id)
        comments = Comment.objects.select_for_update(of=("self",))
        comment = comments.select_related("post__board", "author").get(pk=comment.pk)
        comment.post.board.viewer_ban = ban_now(editor, comment.post.board_id)
        if refusal := policy.edit_refusal(editor, comment, comment.post.board):
            raise PermissionDenied(refusal)
        if comment.text == text:
            return
        Revision.objects.create(comment=comment, text=comment.text)
        Comment.objects.filter(pk=comment.pk).update(text=text, html=html, edited_at=timezone.now())
        comment.refresh_from_db(fields=["text", "html", "edited_at"])
        edited.send(Comment, content=comment)


def count_comment(comment: Comment, change: int) -> None:
    """Keep the post's count of live comments; in the transaction that changed the comment.

    Under the tree's lock: the post's row is then last, as in `reply`, which counts a new one.
    """
    if comment.is_counted:
        post = Post.objects.filter(pk=comment.post_id)
        post.update(comment_count=F("comment_count") + change)


def stir_post(comment: Comment) -> None:
    """A comment is there for all to see: its post was active when it was written.

    Under the tree's lock, as `count_comment`. Nor is it new to its author.
    """
    if comment.author is not None:
        count_own_comment(member=comment.author, post=comment.post)
    post = Post.objects.filter(pk=comment.post_id)
    post.update(active_at=Greatest(F("active_at"), comment.created_at))


def delete_comment(*, author: Member, comment: Comment) -> None:
    """Take a comment's words away for good; a tombstone keeps its place and its replies."""
    with transaction.atomic():
        lock_board(comment.post.board_id)
        # The tree's lock, so that no reply slips under a comment that is just going.
        Comment.objects.lock_tree(comment.tree_id)
        comment = Comment.objects.select_related("post__board").get(pk=comment.pk)
        if not policy.can_delete(author, comment):
            raise PermissionDenied(_("You can delete only what you wrote yourself."))
        was_live = comment.is_live
        Comment.objects.filter(pk=comment.pk).update(text="", html="", deleted_at=timezone.now())
        comment.revisions.all().delete()
        deleted.send(Comment, content=comment)
        inbox.withdraw(comment.key)
        if was_live:
            count_comment(comment, -1)
