"""Who may do what on a board. The board is read `with_standing` of the viewer."""

from boards.models import Board, Viewer


def moderates(viewer: Viewer, board: Board) -> bool:
    """A board's moderators look after it, and staff after every board."""
    return board.viewer_moderates or (viewer.is_authenticated and viewer.is_staff)


def can_make_board(viewer: Viewer) -> bool:
    """Any member makes boards."""
    return viewer.is_authenticated


def can_leave_board(viewer: Viewer, board: Board) -> bool:
    """Anyone may stop following; who was let into a private board keeps that until dismissed."""
    return viewer.is_authenticated
