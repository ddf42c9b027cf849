"""A page of a thread: about 200 comments, whatever the thread holds.

Siblings come from an index in the chosen order, level by level from the top; each comment is
granted a share of the page for what lies below it. The nested sets tell how much stays hidden.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Viewer
from discussions.marks import lay_votes_over
from discussions.models import Comment, CommentQuerySet, Post
from paging import Groups, cursor, first_of_each, keyset_page

PAGE_SIZE = 200
# What one comment at the top of the page may take of it before all others had their turn.
SHARE = 50
DEPTH = 8

# name: (column, whether upwards, label); each column has its index of siblings.
ORDERS = {
    "best": ("best", False, gettext_lazy("Best")),
    "top": ("score", False, gettext_lazy("Top")),
    "new": ("created_at", False, gettext_lazy("New")),
    "old": ("created_at", True, gettext_lazy("Old")),
    "controversial": ("controversy", False, gettext_lazy("Controversial")),
}


@dataclass
class Item:
    """A row of the flat list a template goes through: a comment, or what is left out here.

    `opens` tells that a list of replies begins behind it, `closes` how many end behind it.
    """

    comment: Comment
    answers: Comment | None = None
    hidden: int = 0
    after: str = ""
    opens: bool = False
    closes: range = range(0)

    @property
    def is_comment(self) -> bool:
        return not self.hidden


@dataclass
class Thread:
    """One page of comments in preorder, ready for one flat loop."""

    sort: str
    comments: list[Comment] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    after: str = ""

    @property
    def orders(self) -> list[tuple[str, object]]:
        return [(name, label) for name, (_, _, label) in ORDERS.items()]


def load_thread(
    post: Post,
    viewer: Viewer,
    *,
    sort: str = "best",
    parent: Comment | None = None,
    after: str = "",
) -> Thread:
    """The comments below a post, or below one of its comments, from behind the cursor `after`.

    Raises BadRequest if there is no such order or cursor.
    """
    if sort not in ORDERS:
        raise BadRequest(_("There is no such order."))
    reader = _Reader(post, sort)
    thread = Thread(sort)
    thread.after = reader.read_top(parent, after)
    reader.read_below()
    thread.items = list(reader.preorder())
    thread.comments = [item.comment for item in thread.items if item.is_comment]
    lay_votes_over(thread.comments, viewer)
    return thread


def single(comment: Comment, viewer: Viewer) -> Thread:
    """A thread of one comment that has just been written, for the same template."""
    lay_votes_over([comment], viewer)
    return Thread("best", [comment], [Item(comment, comment.parent)])


def with_context(thread: Thread, chain: list[Comment]) -> Thread:
    """The thread below the last of `chain`, with the chain of comments that lead to it on top."""
    top = [Item(comment, comment.parent, opens=True) for comment in chain]
    last = thread.items[-1] if thread.items else top[-1]
    if not thread.items:
        last.opens = False
    last.closes = range(len(last.closes) + len(top) - (last is top[-1]))
    thread.items = top + thread.items
    thread.comments = chain + thread.comments
    return thread


class _Reader:
    """Reads one page of a thread, level by level."""

    def __init__(self, post: Post, sort: str) -> None:
        self.post = post
        self.column, self.ascending, _label = ORDERS[sort]
        self.parent: Comment | None = None
        self.top: list[Comment] = []
        self.children: dict[int, list[Comment]] = {}
        # How many comments may be shown below each comment of the deepest level read so far.
        self.grants: dict[int, int] = {}
        self.parents: list[Comment] = []

    def siblings(self) -> CommentQuerySet:
        found: CommentQuerySet = Comment.objects.filter(post=self.post).for_thread()
        return found

    def read_top(self, parent: Comment | None, after: str) -> str:
        """Read the comments at the top of the page; the cursor of the page after it, or ""."""
        self.parent = parent
        page = keyset_page(
            self.siblings().filter(parent=parent),
            column=self.column,
            after=after,
            size=PAGE_SIZE,
            ascending=self.ascending,
            # The index by date holds replies too.
            null="parent_id" if parent is None and self.column == "created_at" else "",
        )
        left = PAGE_SIZE
        for comment in page.rows:
            share = min(comment.descendant_count + 1, SHARE)
            if share > left and self.top:
                page.after = cursor(self.top[-1], self.column)
                break
            self.top.append(comment)
            self.grants[comment.pk] = share - 1
            left -= share
        self._grant_rest(left)
        self.parents = self.top
        return page.after

    def _grant_rest(self, left: int) -> None:
        """Give what is left of the page to the first comments that have more to show."""
        for comment in self.top:
            more = max(min(comment.descendant_count - self.grants[comment.pk], left), 0)
            self.grants[comment.pk] += more
            left -= more

    def read_below(self) -> None:
        for _level in range(DEPTH - 1):
            if not any(self.grants.values()):
                return
            self._read_level()

    def _read_level(self) -> None:
        """Read the replies to the comments of the last level, and grant each its share."""
        rows = self._replies()
        rows.sort(
            key=lambda comment: (getattr(comment, self.column), comment.pk),
            reverse=not self.ascending,
        )
        for comment in rows:
            self.children.setdefault(comment.parent_id or 0, []).append(comment)
        grants: dict[int, int] = {}
        for parent in self.parents:
            shown = self.children.get(parent.pk, [])
            left = self.grants[parent.pk] - len(shown)
            for comment in shown:
                grants[comment.pk] = min(comment.descendant_count, left)
                left -= grants[comment.pk]
        self.parents, self.grants = rows, grants

    def _replies(self) -> list[Comment]:
        """The replies granted to the last level: all of them, or the first in order."""
        whole = [c.pk for c in self.parents if 0 < c.descendant_count <= self.grants[c.pk]]
        part = [c.pk for c in self.parents if c.descendant_count > self.grants[c.pk] > 0]
        rows = self.siblings().filter(parent__in=whole)
        if part:
            first = self.siblings().filter(pk__in=self._first_replies(part))
            rows = rows.union(first, all=True) if whole else first
        return list(rows)

    def _first_replies(self, parents: list[int]) -> RawSQL:
        """Ids of the first replies to each parent, as many as it was granted."""
        granted: dict[int, list[int]] = {}
        for parent in parents:
            granted.setdefault(self.grants[parent], []).append(parent)
        groups = [Groups(self.siblings(), {"parent_id": pks}, n) for n, pks in granted.items()]
        return first_of_each(groups, column=self.column, ascending=self.ascending)

    def preorder(self) -> Iterator[Item]:
        """All that was read, parents before their replies, without recursion."""
        stack = [Item(comment, self.parent) for comment in reversed(self.top)]
        while stack:
            item = stack.pop()
            below = self._below(item) if item.is_comment else []
            item.opens = bool(below)
            if below:
                # The last of the replies also ends its parent's list, and all that end with it.
                below[-1].closes = range(len(item.closes) + 1)
                item.closes = range(0)
                stack.extend(reversed(below))
            yield item

    def _below(self, item: Item) -> list[Item]:
        shown = self.children.get(item.comment.pk, [])
        items = [Item(comment, item.comment) for comment in shown]
        hidden = item.comment.descendant_count - sum(1 + c.descendant_count for c in shown)
        if hidden > 0:
            after = cursor(shown[-1], self.column) if shown else ""
            items.append(Item(item.comment, hidden=hidden, after=after))
        return items
