"""What moderators do: each act is theirs on their own boards, and can be undone."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.actions import lock_board
from boards.models import Board
from boards.policy import moderates
from discussions.actions.posts import count_post
from discussions.models import Comment, Post
from discussions.models.posts import REMOVED_TITLE
from inbox import actions as inbox


def _require_moderator(member: Member, board: Board) -> None:
    board = Board.objects.with_standing(member).get(pk=board.pk)
    if not moderates(member, board):
        raise PermissionDenied(_("Only the moderators of this board may do that."))


def remove_post(*, moderator: Member, post: Post) -> None:
    """Take a post off its board; its words stay for the author and the moderators."""
    with transaction.atomic():
        post = _lock_post(moderator, post)
        if post.removed_at is not None:
            return
        if post.is_live:
            count_post(post, -1)
        post.removed_at, post.removed_by = timezone.now(), moderator
        post.save(update_fields=["removed_at", "removed_by"])
        inbox.withdraw(post.key)
        inbox.retitle(post.key, REMOVED_TITLE)


def restore_post(*, moderator: Member, post: Post) -> None:
    """Undo `remove_post`. Letters that were taken back are not sent again."""
    with transaction.atomic():
        post = _lock_post(moderator, post)
        if post.removed_at is None:
            return
        post.removed_at = post.removed_by = None
        post.save(update_fields=["removed_at", "removed_by"])
        inbox.retitle(post.key, post.title)
        if post.is_live:
            count_post(post, +1)


def lock_post(*, moderator: Member, post: Post, locked: bool) -> None:
    """Close a thread to new comments, or open it again."""
    with transaction.atomic():
        post = _lock_post(moderator, post)
        if (post.locked_at is not None) != locked:
            post.locked_at = timezone.now() if locked else None
            post.save(update_fields=["locked_at"])


def _lock_post(moderator: Member, post: Post) -> Post:
    """The post's row, locked and read again, if the member moderates its board.

    The board's row first: whoever turns a board private locks that and then its letters.
    """
    _require_moderator(moderator, post.board)
    lock_board(post.board)
    locked = Post.objects.select_for_update(of=("self",)).select_related("board")
    return locked.get(pk=post.pk)


def remove_comment(*, moderator: Member, comment: Comment) -> None:
    """Hide a comment behind a tombstone; its replies stay, its words for author and moderators."""
    with transaction.atomic():
        if not _set_removed(moderator, comment, removed=True):
            return
        inbox.withdraw(comment.key)


def restore_comment(*, moderator: Member, comment: Comment) -> None:
    """Undo `remove_comment`. Letters that were taken back are not sent again."""
    with transaction.atomic():
        _set_removed(moderator, comment, removed=False)


def _set_removed(moderator: Member, comment: Comment, *, removed: bool) -> bool:
    """Write the state; whether it changed."""
    _require_moderator(moderator, comment.post.board)
    # The tree's lock, so that no reply slips under a comment that is just going.
    Comment.objects.lock_tree(comment.tree_id)
    return bool(
        Comment.objects.filter(pk=comment.pk, removed_at__isnull=removed).update(
            removed_at=timezone.now() if removed else None,
            removed_by=moderator if removed else None,
        )
    )
