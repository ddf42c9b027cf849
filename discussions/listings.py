"""Lists of posts: their orders, spans of time and pages."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.db.models import F, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThanOrEqual
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from boards.models import Board, Viewer
from discussions.listed import ListedPost, columns
from discussions.models import Post, PostQuerySet
from discussions.models.posts import PRIVATE
from discussions.models.weeks import start_of, week_of
from discussions.sources import Source, everywhere, readable
from paging import Given, Groups, Page, merged, page_of, parse_cursor, prepared
from paging.keysets import Unguessed, Unindexed

PAGE_SIZE = 25
# More on top of a board would leave nothing else to see there.
MOST_PINNED = 10

# Each order is one column, read downwards; each column has its index.
ORDERS = {
    "hot": ("hot", gettext_lazy("Hot")),
    "new": ("created_at", gettext_lazy("New")),
    "top": ("score", gettext_lazy("Top")),
    "active": ("active_at", gettext_lazy("Active")),
    "controversial": ("controversy", gettext_lazy("Controversial")),
}
SPANS = {
    "day": (timedelta(days=1), gettext_lazy("Day")),
    "week": (timedelta(weeks=1), gettext_lazy("Week")),
    "month": (timedelta(days=30), gettext_lazy("Month")),
    "year": (timedelta(days=365), gettext_lazy("Year")),
    "all": (None, gettext_lazy("All time")),
}
SPANNED = {"top", "controversial"}
# What is left of a week is read by date if it is shorter, a 14th of its posts at most. If it is
# longer, every 14th is in it at least, and so the first in the order are not far.
SHORT = timedelta(hours=12)


@dataclass(frozen=True)
class Order:
    """What a list is ordered by, and the span of time that it is about."""

    sort: str
    span: str

    @property
    def orders(self) -> list[tuple[str, object]]:
        return [(name, label) for name, (_, label) in ORDERS.items()]

    @property
    def spans(self) -> list[tuple[str, object]]:
        if self.sort not in SPANNED:
            return []
        return [(name, label) for name, (_, label) in SPANS.items()]


@dataclass
class Listing:
    """One page of a list of posts."""

    order: Order
    posts: list[ListedPost] = field(default_factory=list)
    after: str = ""


def list_posts(source: Source, viewer: Viewer, query: QueryDict) -> Listing:
    """The page of the source's posts that an address asks for by `sort`, `t` and `after`.

    Raises BadRequest if it asks for what there is not.
    """
    order = Order(query.get("sort", "hot"), query.get("t", "all"))
    if order.sort not in ORDERS or order.span not in SPANS:
        raise BadRequest(_("There is no such order."))
    age = SPANS[order.span][0] if order.sort in SPANNED else None
    after = query.get("after", "")
    page = _page(source, viewer, ORDERS[order.sort][0], age, after)
    posts = readable(page.rows, source, viewer)
    if source.board is not None and order.sort == "hot":
        posts = _with_pinned(posts, source.board, viewer, first=not after)
    return Listing(order, posts, page.after)


def _with_pinned(
    posts: list[ListedPost], board: Board, viewer: Viewer, *, first: bool
) -> list[ListedPost]:
    """A page of a board in its default order: what is pinned stands on top of the first, once."""
    rows = _pinned.rows(viewer.is_authenticated, board=board.pk, viewer=viewer.pk)
    on_top = [ListedPost(*(*row, board.name, board.is_private, True)) for row in rows]
    if not on_top:
        return posts
    above = {post.pk for post in on_top}
    return (on_top if first else []) + [post for post in posts if post.pk not in above]


@prepared
def _pinned(signed_in: bool, board: Given, viewer: Given) -> QuerySet[Post, Any]:
    """What is pinned on a board, the longest first."""
    shown = columns(viewer=viewer if signed_in else None, with_board=False)
    posts = Post.objects.live().pinned().filter(board_id=board)
    return posts.order_by("-pinned_until").values_list(*shown)[:MOST_PINNED]


class _Shape(NamedTuple):
    """What the query of a page depends on, beside its values.

    `boards` is how many are asked for: none, one, or 2 for any more. `board_known`: what is told of
    the board is not read. `signed_in`: the viewer has marks on posts. `spanned`: no older ones than
    a moment. `onward`: behind a cursor.
    """

    column: str
    public: bool
    boards: int
    board_known: bool
    signed_in: bool
    spanned: bool
    by_date: bool
    onward: bool


def _page(
    source: Source, viewer: Viewer, column: str, age: timedelta | None, after: str
) -> Page[ListedPost]:
    """A page of the source's posts that are no older than `age`."""
    if not source.boards and not source.public:
        return Page([], "")
    boards = list(source.boards)
    values: dict[str, Any] = {"viewer": viewer.pk, "boards": boards}
    if boards:
        values["board"] = boards[0]
    by_date = False
    if age is not None:
        now = timezone.now()
        since, oldest = now - age, week_of(now - age)
        until = start_of(oldest + 1)
        by_date = until - since < SHORT
        values |= {"since": since, "oldest": oldest, "until": until}
        values["weeks"] = list(range(oldest + 1, week_of(now) + 1))
    if after:
        values["value"], values["pk"] = parse_cursor(Post, column, after)
    known = source.board
    shape = _Shape(
        column,
        source.public,
        min(2, len(boards)),
        board_known=known is not None,
        signed_in=viewer.is_authenticated,
        spanned=age is not None,
        by_date=by_date,
        onward=bool(after),
    )
    board = () if known is None else (known.name, known.is_private)
    posts = [ListedPost(*row, *board) for row in _posts.rows(shape, **values)]
    return page_of(posts, column=column, size=PAGE_SIZE)


@prepared
def _posts(
    shape: _Shape,
    viewer: Given,
    board: Given,
    boards: Given,
    since: Given,
    until: Given,
    oldest: Given,
    weeks: Given,
    value: Given,
    pk: Given,
) -> QuerySet[Post, Any]:
    """The posts of a page and one more.

    They are the first of groups by board and, if `spanned`, by week. A part of the `oldest` week is
    asked for, `by_date` or by the order of its week; of the later `weeks` the index tells all.
    """
    # As a number, of whose values PostgreSQL keeps no statistics: by those of the column it would
    # expect few of a private board's posts to be private, and read and sort all of each week.
    live = Post.objects.live().alias(private=Cast("is_private", IntegerField()))
    lists: list[tuple[PostQuerySet, dict[str, Given]]] = []
    if shape.public:
        lists.append((live.public(), {}))
        # While a board is turning private, some of its posts count as public ones, and only so.
        live = live.exclude(private=0) if shape.boards else live
    if shape.boards == 1:
        lists.append((live.filter(board_id=board), {}))
    elif shape.boards:
        lists.append((live, {"board_id": boards}))
    if shape.spanned:
        if shape.by_date:
            week = Exact(Unindexed(F("created_week")), oldest)
            part = Q(week, created_at__gte=since, created_at__lt=until)
        else:
            part = Q(GreaterThanOrEqual(Unguessed(F("created_at")), since), created_week=oldest)
        in_order = not shape.by_date
        groups = [Groups(posts.filter(part), keys, indexed=in_order) for posts, keys in lists]
        groups += [Groups(posts, {**keys, "created_week": weeks}) for posts, keys in lists]
    else:
        groups = [Groups(posts, keys) for posts, keys in lists]
    shown = columns(viewer=viewer if shape.signed_in else None, with_board=not shape.board_known)
    return merged(
        groups,
        dress=lambda posts: posts.values_list(*shown),
        column=shape.column,
        size=PAGE_SIZE + 1,
        behind=(value, pk) if shape.onward else None,
    )


def posts_by(author: Member, viewer: Viewer, after: str) -> Page[ListedPost]:
    """A page of what a member posted, newest first. Raises BadRequest if there is no such page."""
    source = everywhere(viewer)
    values = {"authors": [author.pk], "viewer": viewer.pk, "boards": list(source.boards)}
    if after:
        values["value"], values["pk"] = parse_cursor(Post, "created_at", after)
    shape = (viewer.is_authenticated, bool(source.boards), bool(after))
    found = [ListedPost(*row) for row in _posts_by.rows(*shape, **values)]
    page = page_of(found, column="created_at", size=PAGE_SIZE)
    return replace(page, rows=readable(page.rows, source, viewer))


@prepared
def _posts_by(
    signed_in: bool,
    private: bool,
    onward: bool,
    authors: Given,
    viewer: Given,
    boards: Given,
    value: Given,
    pk: Given,
) -> QuerySet[Post, Any]:
    """One author, as a list: told of whom, PostgreSQL may take most of what they wrote for live.

    It would then walk over what others wrote, and not come to an end soon if all was removed.
    """
    live = Post.objects.live()
    groups = [Groups(live.public(), {"author_id": authors})]
    if private:
        groups.append(Groups(live.filter(PRIVATE), {"author_id": authors, "board_id": boards}))
    shown = columns(viewer=viewer if signed_in else None, with_board=True)
    return merged(
        groups,
        dress=lambda posts: posts.values_list(*shown),
        column="created_at",
        size=PAGE_SIZE + 1,
        behind=(value, pk) if onward else None,
    )
