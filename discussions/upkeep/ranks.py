"""The numbers that posts and comments are ordered by."""

from discussions import ranking
from discussions.locks import lock_trees
from discussions.models import Comment, Post
from discussions.upkeep.drift import Derived, Row


def lock_comments(pks: list[int]) -> None:
    """Lock the trees first: whoever replies in one holds it while many of its rows move."""
    comments = Comment.objects.filter(pk__in=pks)
    lock_trees(comments.values_list("tree_id", flat=True))


def post_ranks(rows: list[Row]) -> list[tuple[float, ...]]:
    return [
        (
            ranking.hot(row["score"], row["created_at"]),
            ranking.controversy(row["ups"], row["downs"]),
        )
        for row in rows
    ]


def comment_ranks(rows: list[Row]) -> list[tuple[float, ...]]:
    return [
        (ranking.best(row["ups"], row["downs"]), ranking.controversy(row["ups"], row["downs"]))
        for row in rows
    ]


POSTS = Derived(Post, ("hot", "controversy"), ("score", "ups", "downs", "created_at"), post_ranks)
COMMENTS = Derived(Comment, ("best", "controversy"), ("ups", "downs"), comment_ranks, lock_comments)
