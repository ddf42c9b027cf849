"""What templates ask about boards."""

from django import template

from boards import policy
from boards.models import Board, Viewer

register = template.Library()


@register.filter
def moderates(viewer: Viewer, board: Board) -> bool:
    """Whether the viewer looks after the board, as the policy has it."""
    return policy.moderates(viewer, board)
