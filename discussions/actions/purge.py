"""What the operator takes away for good, with all that hangs on it. Nothing brings it back."""

from django.db import transaction

from boards.models import Board
from discussions.actions.posts import count_post
from discussions.locks import lock_board
from discussions.models import Comment, CommentQuerySet, Post
from inbox import actions as inbox


def purge_post(post: Post) -> None:
    """Delete a post with its thread and the letters about it. The mod log keeps what it says."""
    with transaction.atomic():
        lock_board(post.board_id, whole=True)
        post = Post.objects.select_for_update(of=("self",)).select_related("board").get(pk=post.pk)
        _lock_comments(Comment.objects.filter(post=post))
        inbox.withdraw_within(post.key)
        if post.is_live:
            count_post(post, -1)
        post.delete()


def purge_board(board: Board) -> None:
    """Delete a board with everything on it. The mod log keeps what it says."""
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        list(Post.objects.filter(board=board).order_by("pk").select_for_update().values_list("pk"))
        _lock_comments(Comment.objects.filter(post__board=board))
        inbox.withdraw_within(board.key)
        board.delete()


def _lock_comments(comments: CommentQuerySet) -> None:
    """Nobody votes or edits meanwhile."""
    rows = comments.order_by("tree_id", "pk").select_for_update(of=("self",))
    list(rows.values_list("pk"))
