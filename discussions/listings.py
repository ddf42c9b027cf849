"""Lists of posts: their orders, spans of time and pages."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from boards.models import Subscription, Viewer
from discussions.marks import lay_votes_over
from discussions.models import Post, PostQuerySet
from discussions.news import lay_new_over
from paging import keyset_page

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


def list_posts(posts: PostQuerySet, viewer: Viewer, query: QueryDict) -> Listing:
    """The page of `posts` that an address asks for by `sort`, `t` and `after`.

    Raises BadRequest if it asks for what there is not.
    """
    listing = Listing(sort=query.get("sort", "hot"), span=query.get("t", "all"))
    if listing.sort not in ORDERS or listing.span not in SPANS:
        raise BadRequest(_("There is no such order."))
    if listing.sort in SPANNED:
        posts = posts.since(SPANS[listing.span][0])
    page = keyset_page(
        posts.live().for_list(),
        column=ORDERS[listing.sort][0],
        after=query.get("after", ""),
        size=PAGE_SIZE,
    )
    lay_votes_over(page.rows, viewer)
    lay_new_over(page.rows, viewer)
    listing.posts, listing.after = page.rows, page.after
    return listing


def home_feed(member: Member) -> PostQuerySet:
    """Posts of the boards a member follows."""
    followed = Subscription.objects.filter(member=member).values("board")
    return Post.objects.visible_to(member).filter(board__in=followed)
