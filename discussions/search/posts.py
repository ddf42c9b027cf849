"""Posts that hold the words of a search."""

from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, Func, Q, QuerySet
from django.utils.translation import gettext_lazy

from boards.models import Viewer
from discussions.listed import ListedPost, columns
from discussions.models import Post, PostQuerySet
from discussions.search.matching import Found, holds, newest_holders
from discussions.sources import Source, readable
from paging import AmongGiven, Given, Groups, first_ids, page_of, parse_cursor, prepared
from paging.keysets import Behind

PAGE_SIZE = 25
# About so many posts are looked at before the index is asked, shared by the boards; of each board
# at least as many as a page shows.
LOOKED_AT = 2_000

# Each order is a column, read downwards through its index.
ORDERS = {
    "new": ("created_at", gettext_lazy("Newest")),
    "top": ("score", gettext_lazy("Top")),
    "active": ("active_at", gettext_lazy("Active")),
}


class _Shape(NamedTuple):
    """What the query of a page depends on, beside its values; as in `listings`.

    `looked_at`: how many posts a board are looked at; 0 for the newest that the index names.
    """

    column: str
    looked_at: int
    public: bool
    boards: bool
    signed_in: bool
    onward: bool


def search_posts(
    source: Source, viewer: Viewer, words: str, *, sort: str, after: str
) -> Found[ListedPost]:
    """A page of the source's posts that hold the words, which are in the database's language.

    Raises BadRequest if `after` names no place in the order.
    """
    column = ORDERS[sort][0]
    values: dict[str, Any] = {"viewer": viewer.pk, "boards": list(source.boards), "words": words}
    values["held"] = []
    if after:
        values["value"], values["pk"] = parse_cursor(Post, column, after)
    shape = _Shape(
        column,
        _looked_at(len(source.boards)),
        source.public,
        bool(source.boards),
        viewer.is_authenticated,
        bool(after),
    )
    rows = _posts.rows(shape, **values)
    is_cut = False
    if len(rows) <= PAGE_SIZE:
        values["held"], are_more = newest_holders(Post, words)
        rows = _posts.rows(shape._replace(looked_at=0), **values)
        is_cut = are_more and len(rows) <= PAGE_SIZE
    page = page_of([ListedPost(*row) for row in rows], column=column, size=PAGE_SIZE)
    return Found(readable(page.rows, source, viewer), page.after, is_cut)


def _looked_at(boards: int) -> int:
    """How many posts of each of so many boards; not any number, to make few shapes."""
    return max(PAGE_SIZE + 1, 1 << (LOOKED_AT // max(1, boards)).bit_length())


@prepared
def _posts(
    shape: _Shape,
    viewer: Given,
    boards: Given,
    words: Given,
    held: Given,
    value: Given,
    pk: Given,
) -> QuerySet[Post, Any]:
    """The posts of a page and one more."""
    behind = (value, pk) if shape.onward else None
    if shape.looked_at:
        posts = _next(shape, boards, behind).filter(holds(Post, words))
    else:
        posts = _holders(shape, boards, held, behind)
    order = (f"-{shape.column}", "-pk")
    # Found first: what is shown would else be read of each post that is looked at.
    found = posts.order_by(*order).values("pk")[: PAGE_SIZE + 1]
    shown = columns(viewer=viewer if shape.signed_in else None, with_board=True)
    return Post.objects.filter(pk__in=found).order_by(*order).values_list(*shown)


def _next(shape: _Shape, boards: Given, behind: tuple[Given, Given] | None) -> PostQuerySet:
    """The next posts in order, whatever they hold."""
    live = Post.objects.live()
    groups = [Groups(live.public())] if shape.public else []
    if shape.boards:
        # While a board is turning private, a post may be in both; it is found once.
        groups.append(Groups(live, {"board_id": boards}))
    ids = first_ids(groups, column=shape.column, size=shape.looked_at, behind=behind)
    return Post.objects.filter(pk__in=ids)


def _holders(
    shape: _Shape, boards: Given, held: Given, behind: tuple[Given, Given] | None
) -> PostQuerySet:
    """Those of some posts that the source has, from a place in the order."""
    mine = Q(is_private=False) if shape.public else Q()
    if shape.boards:
        mine |= Q(AmongGiven("on", boards))
    # Not through the index of boards: a board may have many more posts than there are holders.
    board = Func(F("board_id"), template="(%(expressions)s + 0)", output_field=BigIntegerField())
    posts = Post.objects.live().alias(on=board).filter(mine, AmongGiven("id", held))
    return posts.filter(Behind(shape.column, *behind)) if behind else posts
