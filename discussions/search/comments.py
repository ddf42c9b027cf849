"""Comments that hold the words of a search."""

from typing import Any

from boards.models import Board, Viewer
from discussions.models import Comment, CommentQuerySet
from discussions.search.matching import among_holders, holds
from discussions.search.posts import LOOKED_AT, PAGE_SIZE
from paging import Page, in_order, page_of


def search_comments(
    viewer: Viewer, words: str, *, board: Board | None, after: str
) -> Page[Comment]:
    """A page of comments that hold the words, which are in the database's language, latest first.

    Their order is that of their ids, in which they came to this site: an index over all comments by
    their date would cost every reply something. Raises BadRequest if `after` names no place in it.
    """
    onward: Any = in_order(Comment.objects.all(), column="id", after=after)
    looked_at = Comment.objects.filter(pk__in=onward.values("pk")[:LOOKED_AT])
    found = _page_of(looked_at.filter(holds(Comment, words)), viewer, board)
    if len(found) <= PAGE_SIZE:
        found = _page_of(onward.filter(among_holders(Comment, words)), viewer, board)
    return page_of(found, column="id", size=PAGE_SIZE)


def _page_of(comments: CommentQuerySet, viewer: Viewer, board: Board | None) -> list[Comment]:
    """The first of these that the viewer may read, and one more than a page."""
    open_to_read = comments.visible_to(viewer).live().on_live_posts()
    if board is not None:
        open_to_read = open_to_read.filter(post__board=board)
    return list(open_to_read.for_list().order_by("-id")[: PAGE_SIZE + 1])
