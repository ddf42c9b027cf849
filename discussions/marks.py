"""The viewer's own marks on what a page shows, each kind in one query for the whole page."""

from collections.abc import Sequence
from typing import Any, Protocol

from boards.models import Viewer
from discussions.models import CommentVote, Post, PostVote


class Votable(Protocol):
    pk: int
    my_vote: int


def lay_votes_over(targets: Sequence[Votable], viewer: Viewer) -> None:
    """Set `my_vote` (1, -1 or 0) on posts or on comments."""
    votes: dict[int, int] = {}
    if targets and viewer.is_authenticated:
        model: Any = PostVote if isinstance(targets[0], Post) else CommentVote
        mine = model.objects.filter(voter=viewer, target__in=[target.pk for target in targets])
        votes = dict(mine.values_list("target", "value"))
    for target in targets:
        target.my_vote = votes.get(target.pk, 0)
