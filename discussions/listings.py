"""Lists of posts: their orders, spans of time and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from boards.models import Board, Viewer
from discussions.marks import lay_votes_over
from discussions.models import Post, PostQuerySet
from discussions.models.weeks import start_of, week_of
from discussions.news import lay_new_over
from paging import Groups, merged_page

PAGE_SIZE = 25

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


@dataclass(frozen=True)
class Source:
    """Where a list takes its posts from: all public boards, some boards, or both.

    With both, the boards are private ones, so that no post comes twice. `board` is the one board
    that all posts are on, if the viewer was let in there already.
    """

    boards: Sequence[int] = ()
    public: bool = False
    board: Board | None = None


def on_board(board: Board) -> Source:
    """One board, which the viewer reads."""
    return Source([board.pk], board=board)


def everywhere(viewer: Viewer) -> Source:
    """All boards that the viewer reads."""
    private = Board.objects.private_to(viewer)
    return Source(list(private.values_list("pk", flat=True)), public=True)


def home_feed(member: Member) -> Source:
    """The boards that a member follows."""
    return Source(list(member.subscriptions.values_list("board", flat=True)))


@dataclass
class Listing:
    """One page of a list of posts."""

    sort: str
    span: str
    posts: list[Post] = field(default_factory=list)
    after: str = ""

    @property
    def orders(self) -> list[tuple[str, object]]:
        return [(name, label) for name, (_, label) in ORDERS.items()]

    @property
    def spans(self) -> list[tuple[str, object]]:
        if self.sort not in SPANNED:
            return []
        return [(name, label) for name, (_, label) in SPANS.items()]


def list_posts(source: Source, viewer: Viewer, query: QueryDict) -> Listing:
    """The page of the source's posts that an address asks for by `sort`, `t` and `after`.

    Raises BadRequest if it asks for what there is not.
    """
    listing = Listing(sort=query.get("sort", "hot"), span=query.get("t", "all"))
    if listing.sort not in ORDERS or listing.span not in SPANS:
        raise BadRequest(_("There is no such order."))
    age = SPANS[listing.span][0] if listing.sort in SPANNED else None
    page = merged_page(
        _groups(source, None if age is None else timezone.now() - age),
        dress=lambda posts: posts.for_list(with_board=source.board is None),  # type: ignore[attr-defined]
        column=ORDERS[listing.sort][0],
        after=query.get("after", ""),
        size=PAGE_SIZE,
    )
    listing.posts = _readable(page.rows, source, viewer)
    listing.after = page.after
    lay_votes_over(listing.posts, viewer)
    lay_new_over(listing.posts, viewer)
    return listing


def _readable(posts: list[Post], source: Source, viewer: Viewer) -> list[Post]:
    """The posts with their boards, without those that the viewer may not read.

    Who follows a board or is told of a post by its flag may read it, as a rule; the board decides.
    """
    if source.board is not None:
        for post in posts:
            post.board = source.board
        return posts
    private = {post.board_id for post in posts if post.board.is_private}
    if not private:
        return posts
    seen = set(Board.objects.visible_to(viewer).filter(pk__in=private).values_list("pk", flat=True))
    return [post for post in posts if not post.board.is_private or post.board_id in seen]


def _groups(source: Source, since: datetime | None) -> list[Groups]:
    """The groups of posts whose first ones make the page: by board, and by week since `since`.

    A part of the oldest week is asked for; of the others the index tells all. Of that part either
    the best are few steps away in the order, or there are few posts: the database sees which.
    """
    posts = Post.objects.live()
    if since is None:
        return _on_boards(source, posts)
    oldest, newest = week_of(since), week_of(timezone.now())
    part = posts.filter(
        created_week=oldest, created_at__gte=since, created_at__lt=start_of(oldest + 1)
    )
    weeks = {"created_week": range(oldest + 1, newest + 1)}
    return _on_boards(source, part) + _on_boards(source, posts, weeks)


def _on_boards(
    source: Source, posts: PostQuerySet, keys: Mapping[str, Sequence[int]] | None = None
) -> list[Groups]:
    keys = keys or {}
    groups = []
    if source.public:
        groups.append(Groups(posts.public(), keys))
    if source.boards:
        groups.append(Groups(posts, {"board_id": source.boards, **keys}))
    return groups
