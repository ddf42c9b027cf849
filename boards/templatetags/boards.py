"""What templates ask about boards."""

from django import template

from boards import models, policy
from boards.models import Board, Viewer

register = template.Library()


@register.filter
def moderates(viewer: Viewer, board: Board) -> bool:
    """Whether the viewer looks after the board, as the policy has it."""
    return policy.moderates(viewer, board)


@register.filter
def is_site_staff(member: Viewer) -> bool:
    """Whether the member looks after the whole site."""
    return models.is_site_staff(member)
