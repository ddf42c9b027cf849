"""The counters of boards, posts and comments, counted anew.

Points are votes, and what stands for those that came with an archive: `base_score`, and
`base_pairs` of an up and a down each.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from boards.models import Board, Subscription
from discussions.models import Comment, CommentVote, Post, PostVote
from discussions.upkeep import ranks
from discussions.upkeep.drift import Derived, Row


def post_counts(rows: list[Row]) -> list[tuple[float, ...]]:
    points = _points(PostVote, rows)
    comments = _count(Comment.objects.live().filter(post__in=_ids(rows)), "post")
    on_private = Post.objects.filter(pk__in=_ids(rows), board__is_private=True)
    private = set(on_private.values_list("pk", flat=True))
    ordered = ranks.post_ranks([row | point for row, point in zip(rows, points, strict=True)])
    return [
        (*point.values(), *rank, comments.get(row["pk"], 0), row["pk"] in private)
        for row, point, rank in zip(rows, points, ordered, strict=True)
    ]


def comment_counts(rows: list[Row]) -> list[tuple[float, ...]]:
    points = _points(CommentVote, rows)
    return [
        (*point.values(), *rank)
        for point, rank in zip(points, ranks.comment_ranks(points), strict=True)
    ]


def board_counts(rows: list[Row]) -> list[tuple[float, ...]]:
    posts = _count(Post.objects.live().filter(board__in=_ids(rows)), "board")
    subscribers = _count(Subscription.objects.filter(board__in=_ids(rows)), "board")
    return [(posts.get(row["pk"], 0), subscribers.get(row["pk"], 0)) for row in rows]


def _points(model: type[PostVote] | type[CommentVote], rows: list[Row]) -> list[dict[str, int]]:
    """ups, downs and score of each row."""
    votes = model.objects.filter(target__in=_ids(rows)).order_by().values("target")
    counted = votes.annotate(
        ups=Count("pk", filter=Q(value=1)), downs=Count("pk", filter=Q(value=-1))
    )
    sums = {
        target: (ups, downs) for target, ups, downs in counted.values_list("target", "ups", "downs")
    }
    return [_sum(row, *sums.get(row["pk"], (0, 0))) for row in rows]


def _sum(row: Row, up_votes: int, down_votes: int) -> dict[str, int]:
    base, pairs = row["base_score"], row["base_pairs"]
    ups = up_votes + max(base, 0) + pairs
    downs = down_votes + max(-base, 0) + pairs
    return {"ups": ups, "downs": downs, "score": ups - downs}


def _count(rows: "QuerySet[Any]", key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(Count("pk")))


def _ids(rows: Iterable[Row]) -> list[int]:
    return [row["pk"] for row in rows]


_POINTS = ("ups", "downs", "score")

BOARDS = Derived(Board, ("post_count", "subscriber_count"), (), board_counts)
POSTS = Derived(
    Post,
    (*_POINTS, *ranks.POSTS.columns, "comment_count", "is_private"),
    ("base_score", "base_pairs", "created_at"),
    post_counts,
)
COMMENTS = Derived(
    Comment,
    (*_POINTS, *ranks.COMMENTS.columns),
    ("base_score", "base_pairs"),
    comment_counts,
    ranks.lock_comments,
)
