"""Who reads a board: changes after which some no longer may, and lose their letters about it."""

from django.db import transaction

from accounts.models import Member
from boards import actions as boards
from boards.models import Board
from inbox import actions as inbox


def change_board(
    *, board: Board, title: str, description: str, rules: str, is_private: bool
) -> None:
    """Change what a board says of itself and who reads it. Raises markup.MarkupError."""
    with transaction.atomic():
        board = _lock(board)
        boards.describe_board(
            board=board, title=title, description=description, rules=rules, is_private=is_private
        )
        _shut_out_outsiders(board)


def step_down(*, board: Board, member: Member) -> bool:
    """Take a moderator off; False, and nothing changed, for the last one who can sign in."""
    with transaction.atomic():
        board = _lock(board)
        done = boards.step_down(board=board, member=member)
        _shut_out_outsiders(board)
        return done


def dismiss(*, board: Board, member: Member) -> None:
    """Take back what `boards.actions.approve` gave."""
    with transaction.atomic():
        board = _lock(board)
        boards.dismiss(board=board, member=member)
        _shut_out_outsiders(board)


def _lock(board: Board) -> Board:
    """The board as it is now, whose privacy nobody else changes meanwhile."""
    return Board.objects.select_for_update().get(pk=board.pk)


def _shut_out_outsiders(board: Board) -> None:
    if board.is_private:
        boards.drop_outsiders(board)
        inbox.withdraw_within(board.key, keep=board.readers().values_list("pk", flat=True))
