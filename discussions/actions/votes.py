"""Voting."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Member
from boards.policy import ban_now
from discussions import policy
from discussions.models import Comment, CommentVote, Post, PostVote
from discussions.signals import voted


def vote(*, voter: Member, target: Post | Comment, value: int) -> None:
    """Set a member's vote on a post or a comment: +1, -1, or 0 to take it back.

    It says what the vote shall be, not what shall change, so that a double click counts once.
    Raises PermissionDenied, with the reason.
    """
    board_id = (target.post if isinstance(target, Comment) else target).board_id
    with transaction.atomic():
        # The target's lock makes one member's clicks wait for each other, and for a removal.
        rows = Comment.objects if isinstance(target, Comment) else Post.objects
        target = rows.select_for_update(no_key=True).get(pk=target.pk)
        refusal = policy.vote_refusal(
            voter, target, board_id=board_id, ban=ban_now(voter, board_id)
        )
        if refusal:
            raise PermissionDenied(refusal)
        before = _set_vote(voter, target, value)
        if before != value:
            _count(target, ups=(value > 0) - (before > 0), downs=(value < 0) - (before < 0))
            voted.send(type(target), target=target)


def _set_vote(voter: Member, target: Post | Comment, value: int) -> int:
    """Write the vote's row; the value it had before."""
    model: Any = CommentVote if isinstance(target, Comment) else PostVote
    row = model.objects.filter(voter=voter, target=target).first()
    before: int = row.value if row else 0
    if row is None and value:
        model.objects.create(voter=voter, target=target, value=value)
    elif row is not None and value:
        model.objects.filter(pk=row.pk).update(value=value)
    elif row is not None:
        row.delete()
    return before


def _count(target: Post | Comment, *, ups: int, downs: int) -> None:
    """Count and rank in one UPDATE of the locked row.

    The ranks are computed here, not in SQL: as expressions of the query language they cost 6 ms a
    vote, twenty times the rest, and the lock makes the counts read under it as good as F().
    """
    target.count_votes(target.ups + ups, target.downs + downs)
    rank = "hot" if isinstance(target, Post) else "best"
    target.save(update_fields=["ups", "downs", "score", "controversy", rank])
