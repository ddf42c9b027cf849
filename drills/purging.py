"""Deletes a board with everything on it, as the admin does: run by bench.inside."""

from boards.models import Board
from discussions.actions.purge import purge_board


def main(board: str) -> bool:
    """Whether it is gone."""
    purge_board(Board.objects.get(name=board))
    return not Board.objects.filter(name=board).exists()
