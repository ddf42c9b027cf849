"""What those who are trusted with it change about a board itself."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from boards.models import Board, Power
from discussions.actions import access
from discussions.locks import lock_board
from moderation.actions import log
from moderation.actions.log import By, Why
from moderation.models import Act
from moderation.models.log import FOLLOWS_PRIVATE, NOTE_MAX_LENGTH, Verb


def write_down(
    board: Board, by: By, told: str, *, private: bool = False, kept: Mapping[str, Any] | None = None
) -> Act:
    """What was changed about how a board is moderated: for its moderators, so told in the note.

    In the transaction that changes it. `private`: the public log has no line of it at all. `kept`:
    by what it can be taken back.
    """
    before = {**(kept or {}), **({FOLLOWS_PRIVATE: True} if private else {})}
    why = Why(note=told[:NOTE_MAX_LENGTH], before=before)
    return log.write(Verb.SETTINGS, by, board, None, why)


def change_board(board: Board, by: By, **fields: Any) -> Act | None:
    """Change what a board says of itself and who reads it; None if it says so already.

    `fields`: see discussions.actions.access.change_board. Raises PermissionDenied,
    markup.MarkupError.
    """
    with transaction.atomic():
        now = lock_board(board.pk, whole=True)
        by.require(now, Power.SETTINGS)
        changed = [name for name, value in fields.items() if getattr(now, name) != value]
        if not changed:
            return None
        access.change_board(board=now, **fields)
        return log.write(Verb.SETTINGS, by, now, None, Why(note=", ".join(changed)))
