"""What a member takes along of what they have to do with boards."""

from collections.abc import Iterator
from typing import Any

from accounts.export import moment
from accounts.models import Member
from boards.models import ApprovedMember, Ban, Moderator, Subscription
from paging.batches import in_batches


def subscriptions(member: Member) -> Iterator[dict[str, Any]]:
    for row in _of(Subscription, member):
        yield {"board": row.board.name, "since": moment(row.created_at)}


def offices(member: Member) -> Iterator[dict[str, Any]]:
    for row in _of(Moderator, member):
        powers = sorted(power.name.lower() for power in row.powers)
        yield {
            "board": row.board.name,
            "owner": row.is_owner,
            "powers": powers,
            "since": moment(row.appointed_at),
        }


def private_boards(member: Member) -> Iterator[dict[str, Any]]:
    """Those that they were let into."""
    for row in _of(ApprovedMember, member):
        yield {"board": row.board.name}


def bans(member: Member) -> Iterator[dict[str, Any]]:
    """Bans and mutes, those that are over too."""
    for row in _of(Ban, member):
        yield {
            "board": row.board.name,
            "kind": "mute" if row.is_mute else "ban",
            "since": moment(row.created_at),
            "until": moment(row.until),
            "reason": row.reason,
        }


def _of(model: Any, member: Member) -> Iterator[Any]:
    rows = model._default_manager.filter(member=member).select_related("board")
    return in_batches(rows, key="board_id")
