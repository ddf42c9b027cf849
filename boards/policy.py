"""Who may do what on a board. The board is read `with_standing` of the viewer."""

from boards.models import Board, Moderator, Viewer


def moderates(viewer: Viewer, board: Board) -> bool:
    """A board's moderators look after it, and staff after every board."""
    return board.viewer_moderates or (viewer.is_authenticated and viewer.is_staff)


def boards_moderated_by(viewer: Viewer) -> set[int]:
    """The ids of the boards a member looks after, for lists that reach over many."""
    if not viewer.is_authenticated:
        return set()
    return set(Moderator.objects.filter(member=viewer).values_list("board", flat=True))
