"""Who reads a board: changes after which some no longer may, and lose their letters about it."""

from django.db import transaction

from accounts.models import Member
from boards import actions as boards
from boards.models import Board
from discussions import bulk
from discussions.locks import lock_board
from discussions.models import Post
from inbox import actions as inbox

POSTS_PER_BATCH = 1_000


def change_board(
    *, board: Board, title: str, description: str, rules: str, is_private: bool
) -> None:
    """Change what a board says of itself and who reads it. Raises markup.MarkupError."""
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        was_private = board.is_private
        boards.describe_board(
            board=board, title=title, description=description, rules=rules, is_private=is_private
        )
        shut_out_outsiders(board)
        if is_private != was_private:
            transaction.on_commit(lambda: tell_posts(board))


def tell_posts(board: Board) -> None:
    """Write on a board's posts whether it is private, by which lists over all boards find them.

    In batches, because every index of a post is written anew (30 s a million), and members vote
    meanwhile. No post is shown on its own word, so that one untold is left out of lists at worst;
    if this is cut off, `manage.py recount` does the rest.
    """
    posts = Post.objects.filter(board=board).exclude(is_private=board.is_private)
    for pks in bulk.chunks(posts.order_by("-pk").values_list("pk", flat=True), POSTS_PER_BATCH):
        with transaction.atomic():
            # It may have turned again; whoever did that comes after this batch.
            is_private = Board.objects.hold(board.pk).is_private
            Post.objects.filter(pk__in=pks).update(is_private=is_private)


def step_down(*, board: Board, member: Member) -> bool:
    """Take a moderator off; False, and nothing changed, for the last one who can sign in.

    Asks nobody and writes nothing down: moderation.actions.offices.step_down does both.
    """
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        done = boards.step_down(board=board, member=member)
        shut_out_outsiders(board)
        return done


def dismiss(*, board: Board, member: Member) -> None:
    """Take back what `boards.actions.approve` gave; see moderation.actions.members.dismiss."""
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        boards.dismiss(board=board, member=member)
        shut_out_outsiders(board)


def shut_out_outsiders(board: Board) -> None:
    """Take from those who no longer read a board, locked as a whole, what they had of it."""
    if board.is_private:
        boards.drop_outsiders(board)
        inbox.withdraw_within(board.key, keep=board.readers().values_list("pk", flat=True))
