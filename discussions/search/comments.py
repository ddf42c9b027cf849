"""Comments that hold the words of a search."""

from typing import Any

from boards.models import Board, Viewer
from discussions.models import Comment, CommentQuerySet
from discussions.search.matching import Found, among, holds, newest_holders
from discussions.search.posts import LOOKED_AT, PAGE_SIZE
from paging import cursor, in_order, page_of, parse_cursor


def search_comments(
    viewer: Viewer, words: str, *, board: Board | None, after: str
) -> Found[Comment]:
    """A page of comments that hold the words, which are in the database's language, latest first.

    Their order is that of their ids, in which they came to this site: an index over all comments by
    their date would cost every reply something. Where the index has too many to look at, the next
    page goes on behind the last one that was. Raises BadRequest if `after` names no place in it.
    """
    onward: Any = in_order(Comment.objects.all(), column="id", after=after)
    looked_at = Comment.objects.filter(pk__in=onward.values("pk")[:LOOKED_AT])
    found = _page_of(looked_at.filter(holds(Comment, words)), viewer, board)
    if len(found) > PAGE_SIZE:
        return _found(found)
    behind = parse_cursor(Comment, "id", after)[1] if after else None
    holders = newest_holders(Comment, words, behind=behind)
    page = _found(_page_of(Comment.objects.filter(among(holders.pks)), viewer, board))
    if holders.are_more and not page.after:
        last = holders.pks[-1]
        page.after, page.is_cut = cursor(last, last), True
    return page


def _found(comments: list[Comment]) -> Found[Comment]:
    page = page_of(comments, column="id", size=PAGE_SIZE)
    return Found(page.rows, page.after)


def _page_of(comments: CommentQuerySet, viewer: Viewer, board: Board | None) -> list[Comment]:
    """The first of these that the viewer may read, and one more than a page."""
    open_to_read = comments.visible_to(viewer).live().on_live_posts()
    if board is not None:
        open_to_read = open_to_read.filter(post__board=board)
    return list(open_to_read.for_list().order_by("-id")[: PAGE_SIZE + 1])
