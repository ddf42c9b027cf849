"""The viewer's own marks on what a page shows, each kind in one query for the whole page."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from boards.models import Viewer
from discussions.models import CommentVote, Post, PostVote
from paging import AmongGiven, Given, planned


class Votable(Protocol):
    pk: int
    my_vote: int


@planned
def _votes(
    model: type[PostVote] | type[CommentVote], voter: Given, targets: Given
) -> QuerySet[Any, Any]:
    votes: QuerySet[Any] = model.objects.filter(AmongGiven("target_id", targets), voter=voter)
    return votes.values_list("target", "value")


def lay_votes_over(targets: Sequence[Votable], viewer: Viewer) -> None:
    """Set `my_vote` (1, -1 or 0) on posts or on comments."""
    votes: dict[int, int] = {}
    if targets and viewer.is_authenticated:
        model = PostVote if isinstance(targets[0], Post) else CommentVote
        ids = [target.pk for target in targets]
        votes = dict(_votes.rows(model, voter=viewer.pk, targets=ids))
    for target in targets:
        target.my_vote = votes.get(target.pk, 0)
