"""Boards, and who looks after, reads and follows them."""

from boards.models.board import (
    NAME_MAX_LENGTH,
    NAME_MIN_LENGTH,
    TEXT_MAX_LENGTH,
    Board,
    BoardQuerySet,
    Viewer,
    ban_of,
    board_url,
    readable_boards,
    readers_of,
)
from boards.models.people import ApprovedMember, Ban, Moderator, Power, Subscription

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
    "readable_boards",
    "readers_of",
]
