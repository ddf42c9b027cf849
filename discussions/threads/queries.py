"""What a page of a thread asks the database, each made into SQL once."""

from typing import Any

from django.db.models import F, Field, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from accounts.models import Member
from discussions.models import Comment, CommentVote
from paging import AmongGiven, Given, first_of_each, in_order, planned
from paging.keysets import Common

# A page holds about so many comments, ...
PAGE_SIZE = 200
# ... and none further below the one at its top.
DEPTH = 8
# So many comments that lead to one are shown above it.
CHAIN = 3

# Where a comment stands.
PLACE = ("id", "parent_id", "lft", "rght", "level")


def _nodes(rows: QuerySet[Comment], column: str) -> QuerySet[Comment, Any]:
    """The columns of a Node."""
    return rows.values_list(*PLACE, column)


def siblings(
    post: Any, parent: Any, at_root: bool, column: str, ascending: bool, after: str = ""
) -> QuerySet[Comment, Any]:
    """One more than a page shows of the comments that answer a post or a comment, in order."""
    if at_root:
        rows = Comment.objects.filter(Common(IsNull(F("parent"), True)), post=post)
    else:
        rows = _of_thread(post, column).filter(parent=parent)
    ordered = in_order(rows, column=column, after=after, ascending=ascending)
    return _nodes(ordered, column)[: PAGE_SIZE + 1]


def _of_thread(post: Any, column: str) -> QuerySet[Comment]:
    """What replies to a comment are asked of, in an order.

    The index by date begins with the post. Of the other orders the post would tell nothing new, and
    lead PostgreSQL, where it takes the thread for a small one, to that index, and to sort.
    """
    comments: QuerySet[Comment] = Comment.objects.all()
    return comments.filter(post=post) if column == "created_at" else comments


@planned
def first_siblings(
    at_root: bool, column: str, ascending: bool, post: Given, parent: Given
) -> QuerySet[Comment, Any]:
    return siblings(post, parent, at_root, column, ascending)


@planned
def trees(column: str, trees: Given) -> QuerySet[Comment, Any]:
    """All replies in some trees, as far down as a page shows them."""
    rows = Comment.objects.filter(AmongGiven("tree_id", trees), level__gt=0, level__lt=DEPTH)
    return _nodes(rows, column)


@planned
def first_replies(column: str, ascending: bool, post: Given) -> QuerySet[Comment, Any]:
    """The first replies to some comments, as many as `sizes_of_groups` says, or more."""
    rows = _of_thread(post, column)
    first = first_of_each(rows, "parent_id", column=column, ascending=ascending)
    return _nodes(Comment.objects.filter(pk__in=first), column)


@planned
def above(pk: Given) -> QuerySet[Comment, Any]:
    """Of a comment's parent, its parent, and so on, CHAIN in all: PLACE, or nulls."""
    steps = ["parent__" * step for step in range(1, CHAIN + 1)]
    comments: QuerySet[Comment] = Comment.objects.filter(pk=pk)
    return comments.values_list(*(step + name for step in steps for name in PLACE))


@planned
def words(signed_in: bool, moderates: bool, ids: Given, viewer: Given) -> QuerySet[Comment, Any]:
    """What some comments say, in the order of ShownComment."""
    comments: QuerySet[Comment] = Comment.objects.filter(AmongGiven("pk", ids))
    return comments.values_list(*_words(signed_in, moderates, viewer))


@planned
def whole(
    column: str, signed_in: bool, moderates: bool, post: Given, viewer: Given
) -> QuerySet[Comment, Any]:
    """The columns of a Node and then those of a ShownComment of all comments of a small thread.

    One more than a page shows at most, which tells that it is no small one.
    """
    # In an order that an index has, so that no statistics can make another way look better.
    comments: QuerySet[Comment] = Comment.objects.filter(post=post).order_by("parent_id")
    columns = (*PLACE, F(column), *_words(signed_in, moderates, viewer))
    return comments.values_list(*columns)[: PAGE_SIZE + 1]


def _words(signed_in: bool, moderates: bool, viewer: Given) -> list[Any]:
    """The columns of a ShownComment; moderators need to know more.

    That is, who of the authors is on the staff, and who has removed what.
    """
    # Of no kind, for which Django turns each row into a list to make a number of a number.
    vote: Any = Value(0, Field())
    if signed_in:
        mine = CommentVote.objects.filter(voter=viewer, target=OuterRef("pk"))
        vote = Coalesce(Subquery(mine.values("value")), 0, output_field=Field())
    author = Member.objects.filter(pk=OuterRef("author_id"))
    name = Subquery(author.values("username"))
    more: list[Any] = []
    if moderates:
        more = [Coalesce(Subquery(author.values("is_staff")), False), "removed_by_id"]
    return [
        *(F("pk"), "author_id", name, "html", "created_at", "edited_at", "deleted_at"),
        *("removed_at", "is_held", "locked_at", "ups", "downs", "score", "orphaned", vote),
        *more,
    ]
