"""Posts as lists show them to a viewer, read as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value

from accounts.models import Member
from boards.models import Board, board_url
from discussions.models import Comment, PostVote, Visit
from paging import Given

# A list counts no further: each of its rows may have so many.
MOST_NEW = 100


@dataclass
class ListedPost:
    """What lists show of a post, and its place in each order.

    Instances of the models of the post, its author and its board take ten times as long to make.
    """

    pk: int
    board_id: int
    author_id: int | None
    author_name: str | None
    title: str
    slug: str
    url: str
    domain: str
    created_at: datetime
    edited_at: datetime | None
    locked_at: datetime | None
    is_nsfw: bool
    is_spoiler: bool
    comment_count: int
    ups: int
    downs: int
    score: int
    hot: float
    active_at: datetime
    controversy: float
    # The viewer's vote, and how many comments came since they last opened the thread.
    vote: int | None
    came: int | None
    board_name: str
    on_private_board: bool
    # Whether it stands on top of its board's list, out of order.
    on_top: bool = False
    is_held: bool = False  # lists hold nothing that is

    @property
    def my_vote(self) -> int:
        return self.vote or 0

    @property
    def new_comments(self) -> int:
        """How many came since the viewer last opened it; 0 if never: all would be new."""
        return self.came or 0

    @property
    def address(self) -> str:
        """What the addresses of deeds on this post begin with."""
        return f"{board_url(self.board_name)}{self.pk}/"

    def get_absolute_url(self) -> str:
        return f"{self.address}{quote(self.slug)}/"


def columns(*, viewer: Given | None, with_board: bool) -> list[Any]:
    """What is read of a post, in the order of the fields; those of its board come last.

    Other tables are asked by subselects of one row each. PostgreSQL takes twice as long to plan
    joins, which is longer than to read the page, and queries of their own for the viewer's marks
    take longer still.
    """
    found: list[Any] = [
        *("pk", "board_id", "author_id", _one(Member.objects, "username", pk="author_id")),
        *("title", "slug", "url", "domain", "created_at", "edited_at", "locked_at"),
        *("is_nsfw", "is_spoiler"),
        *("comment_count", "ups", "downs", "score", "hot", "active_at", "controversy"),
    ]
    if viewer is None:
        found += [Value(None, IntegerField())] * 2
    else:
        found.append(_one(PostVote.objects.filter(voter=viewer), "value", target="pk"))
        found.append(came_since_visit(viewer))
    if with_board:
        found += [_one(Board.objects, name, pk="board_id") for name in ("name", "is_private")]
    return found


class _CountOf(Subquery):
    """How many rows a query has, which may end at a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


def came_since_visit(viewer: Given) -> Subquery:
    """How many comments of a post are new to the viewer, as its page marks them; MOST_NEW at most.

    None where they never opened it. They are counted, from the index of their dates: a difference
    of counts would also tell of what was removed and restored.
    """
    new = Comment.objects.filter(post=OuterRef("post_id"), created_at__gt=OuterRef("seen_at"))
    newest = new.live().exclude(author=viewer).order_by("-created_at", "-pk").values("pk")
    # Most threads had none since: their dates tell.
    visit = Visit.objects.filter(member=viewer, post=OuterRef("pk"))
    visit = visit.filter(seen_at__lt=OuterRef("active_at"))
    return Subquery(visit.values(count=_CountOf(newest[:MOST_NEW])))


def _one(rows: Any, column: str, **keys: str) -> Subquery:
    """A column of the one row whose keys are columns of the post."""
    found: QuerySet[Any] = rows.filter(**{key: OuterRef(name) for key, name in keys.items()})
    return Subquery(found.values(column))
