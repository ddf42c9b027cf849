"""Boards, and who looks after, reads and follows them."""

from boards.models.board import (
    NAME_MAX_LENGTH,
    NAME_MIN_LENGTH,
    TEXT_MAX_LENGTH,
    Board,
    BoardQuerySet,
    ban_of,
    board_url,
    readable_boards,
    readers_of,
)
from boards.models.people import ApprovedMember, Ban, Moderator, Subscription
from boards.models.powers import Power, Viewer, is_site_staff, powers_everywhere, staff_with

__all__ = [
    "NAME_MAX_LENGTH",
    "NAME_MIN_LENGTH",
    "TEXT_MAX_LENGTH",
    "ApprovedMember",
    "Ban",
    "Board",
    "BoardQuerySet",
    "Moderator",
    "Power",
    "Subscription",
    "Viewer",
    "ban_of",
    "board_url",
    "is_site_staff",
    "powers_everywhere",
    "readable_boards",
    "readers_of",
    "staff_with",
]
