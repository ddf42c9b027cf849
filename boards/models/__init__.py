"""Boards, and who looks after, reads and follows them."""

from boards.models.board import (
    NAME_MAX_LENGTH,
    NAME_MIN_LENGTH,
    TEXT_MAX_LENGTH,
    Board,
    BoardQuerySet,
    Viewer,
    board_url,
    readable_boards,
    readers_of,
)
from boards.models.people import ApprovedMember, Moderator, Subscription

__all__ = [
    "NAME_MAX_LENGTH",
    "NAME_MIN_LENGTH",
    "TEXT_MAX_LENGTH",
    "ApprovedMember",
    "Board",
    "BoardQuerySet",
    "Moderator",
    "Subscription",
    "Viewer",
    "board_url",
    "readable_boards",
    "readers_of",
]
