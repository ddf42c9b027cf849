"""A page of a thread with its words, read in one query for all that the page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from boards.models import Viewer
from discussions.models import Comment, Post
from discussions.models.content import Written
from discussions.threads import queries
from discussions.threads.outline import ORDERS, Item, Node, Outline, fits_on_a_page

# So many columns of `queries.whole` are those of a Node.
PLACES = len(Node._fields)


@dataclass(slots=True)
class ShownComment(Written):
    """What a page shows of a comment; a model instance of it takes ten times as long to make."""

    pk: int
    author_id: int | None
    author_name: str | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    removed_at: datetime | None
    is_held: bool
    locked_at: datetime | None
    ups: int
    downs: int
    score: int
    orphaned: bool
    my_vote: int
    # Read for a viewer who moderates.
    author_is_staff: bool = False
    removed_by_id: int | None = None
    readable: bool = False
    # Whether the viewer, a moderator, may not restore it; see `signals.removed_shown`.
    stays_removed: bool = False
    # For a viewer who moderates; see `signals.shown_to_moderator`.
    out_of_reach: bool = False
    reports: int = 0
    # Laid over by `news.lay_news_over`: where the next new one is, and what the link there says.
    is_new: bool = False
    next_new: str = ""
    next_new_label: str = ""

    @property
    def shows_author(self) -> bool:
        return self.author_name is not None and (self.is_live or self.readable)


@dataclass
class Thread:
    """One page of comments in preorder, ready for one flat loop."""

    sort: str
    items: list[Item] = field(default_factory=list)
    # By id: the comments of the items, and the one that the first of them answers.
    comments: dict[int, ShownComment] = field(default_factory=dict)
    after: str = ""
    # Names and labels.
    orders = tuple((name, label) for name, (_, _, label) in ORDERS.items())

    @property
    def order(self) -> str:
        """What addresses of the same thread end with, to keep the order that was chosen."""
        return "" if self.sort == "best" else f"?sort={self.sort}"

    @property
    def shown(self) -> list[ShownComment]:
        return [self.comments[item.node.pk] for item in self.items if item.is_comment]

    def read_comments(self, viewer: Viewer, *, moderates: bool) -> None:
        """Read what the items show, as the viewer may see it."""
        shown = {item.node.pk for item in self.items}
        if self.items and (answered := self.items[0].node.parent_id):
            shown.add(answered)
        rows = queries.words.rows(
            viewer.is_authenticated, moderates, ids=list(shown), viewer=viewer.pk
        )
        if len(rows) < len(shown):  # the whole post is being purged
            left = {row[0] for row in rows}
            self.items = [item for item in self.items if item.node.pk in left]
        self.show(rows, viewer, moderates=moderates)

    def show(self, rows: Iterable[Sequence[Any]], viewer: Viewer, *, moderates: bool) -> None:
        """Take the words of the comments, as the viewer may see them."""
        self.comments = {row[0]: ShownComment(*row) for row in rows}
        for comment in self.comments.values():
            comment.readable = comment.shows_text_to(viewer, moderates=moderates)


def load_thread(
    post: Post,
    viewer: Viewer,
    *,
    moderates: bool = False,
    sort: str = "best",
    after: str = "",
    chain: Sequence[Node] = (),
) -> Thread:
    """The comments below a post, or `chain` and those below its last, from behind `after`.

    `moderates` tells whether the viewer looks after the board. Raises BadRequest if there is no
    such order or cursor.
    """
    if sort not in ORDERS:
        raise BadRequest(_("There is no such order."))
    outline = Outline(post, sort)
    if not (chain or after) and (rows := _whole(post, viewer, outline.column, moderates=moderates)):
        outline.lay_out(Node(*row[:PLACES]) for row in rows)
        thread = Thread(sort, list(outline.items()))
        thread.show([row[PLACES:] for row in rows], viewer, moderates=moderates)
        return thread
    outline.read(chain[-1] if chain else None, after)
    thread = Thread(sort, _below(chain, outline.items()), after=outline.after)
    thread.read_comments(viewer, moderates=moderates)
    return thread


def _whole(post: Post, viewer: Viewer, column: str, *, moderates: bool) -> list[Any]:
    """All comments of a thread that fits on a page: their places, then their words; or nothing."""
    if not fits_on_a_page(post.comment_count):
        return []
    signed_in = viewer.is_authenticated
    rows = queries.whole.rows(column, signed_in, moderates, post=post.pk, viewer=viewer.pk)
    return rows if fits_on_a_page(len(rows)) else []


def chain_to(comment: Comment) -> list[Node]:
    """Where the comments stand that lead to one, at most queries.CHAIN of them, and itself last."""
    chain = [Node.of(comment)]
    if comment.parent_id is not None:
        width = len(queries.PLACE)
        for row in queries.above.rows(pk=comment.pk):
            parts = (row[at : at + width] for at in range(0, len(row), width))
            chain = [Node(*part) for part in parts if part[0] is not None][::-1] + chain
    return chain


def single(comment: Comment, viewer: Viewer, *, moderates: bool = False) -> Thread:
    """A thread of one comment that has just been written."""
    thread = Thread("best", [Item(Node.of(comment))])
    thread.read_comments(viewer, moderates=moderates)
    return thread


def _below(chain: Sequence[Node], items: Iterable[Item]) -> list[Item]:
    """The items below the last of `chain`, with the chain of comments that leads to it on top."""
    found = [Item(node, opens=True) for node in chain] + list(items)
    if found and chain:
        # The last item ends the list that each comment above it has opened.
        last = found[-1]
        last.opens = False
        last.closes += len(chain) - (last is found[len(chain) - 1])
    return found
