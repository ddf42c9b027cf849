"""The rows of a board, one kind after the other."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from boards.models import Board
from discussions.models import Comment, CommentVote, PostVote, Revision
from moderation.carrying.shapes import Line, Wishes
from moderation.models import MutedReporter, Report
from moderation.models.log import RULE_ID, UNHEARD

Rows = Callable[[Board, Wishes], QuerySet[Any]]


def of_board(model: type[Model]) -> Rows:
    """All of a board, in the order in which they came to be."""
    return lambda board, _: model._default_manager.filter(board=board).order_by("pk")


def board(board: Board, wishes: Wishes) -> QuerySet[Any]:
    return Board.objects.filter(pk=board.pk)


def comments(board: Board, wishes: Wishes) -> QuerySet[Any]:
    """Tree by tree, each from above, so that what is answered always comes before."""
    found: QuerySet[Any] = Comment.objects.filter(post__board=board)
    return found.order_by("tree_id", "lft", "pk")


def revisions(board: Board, wishes: Wishes) -> QuerySet[Any]:
    of_posts = Revision.objects.filter(post__board=board).values("pk")
    of_comments = Revision.objects.filter(comment__post__board=board).values("pk")
    return Revision.objects.filter(pk__in=of_posts.union(of_comments)).order_by("pk")


def post_votes(board: Board, wishes: Wishes) -> QuerySet[Any]:
    votes = PostVote.objects.filter(target__board=board).order_by("pk")
    return votes if wishes.votes else votes.none()


def comment_votes(board: Board, wishes: Wishes) -> QuerySet[Any]:
    votes = CommentVote.objects.filter(target__post__board=board).order_by("pk")
    return votes if wishes.votes else votes.none()


def reports(board: Board, wishes: Wishes) -> QuerySet[Any]:
    return Report.objects.filter(case__board=board).order_by("pk")


def muted_reporters(board: Board, wishes: Wishes) -> QuerySet[Any]:
    found = MutedReporter.objects.filter(board=board).order_by("pk")
    return found if wishes.reporters else found.none()


def points(wishes: Wishes, line: Line, row: Line) -> None:
    """Of a text's points those that no line of a vote stands for."""
    if wishes.votes:
        base, pairs = row["base_score"], row["base_pairs"]
        line["ups"], line["downs"] = max(base, 0) + pairs, max(-base, 0) + pairs


def without_reporter(wishes: Wishes, line: Line, row: Line) -> None:
    if not wishes.reporters:
        line["reporter"] = None


def kept_columns(wishes: Wishes, line: Line, row: Line) -> None:
    # A rule has another id elsewhere; what it did is known there by its name. And which cases went
    # together tells what one member reported.
    left = {RULE_ID} if wishes.reporters else {RULE_ID, UNHEARD}
    line["before"] = {name: kept for name, kept in row["before"].items() if name not in left}
