"""Which comments a page shows, and in which order: the places in the tree alone, no words.

Siblings come from an index in the chosen order; each comment at the top is granted a share of the
page for what lies below it. The nested sets tell how much stays hidden. Small trees are read whole,
also some of which the page shows a part, and larger ones level by level, so that no work grows with
the thread. A thread that fits on a page is read in one query, words and all, and laid out here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy

from discussions.models import Comment, Post
from discussions.threads import queries
from discussions.threads.queries import DEPTH, PAGE_SIZE
from paging import cursor, sizes_of_groups

# What one comment at the top of the page may take of it before all others had their turn.
SHARE = 50
# So many places of trees are read whole: one that is cut costs less so than a query for each level.
WHOLE = 2 * PAGE_SIZE

# name: (column, whether upwards, label); each column has its index of siblings.
ORDERS = {
    "best": ("best", False, gettext_lazy("Best")),
    "top": ("score", False, gettext_lazy("Top")),
    "new": ("created_at", False, gettext_lazy("New")),
    "old": ("created_at", True, gettext_lazy("Old")),
    "controversial": ("controversy", False, gettext_lazy("Controversial")),
}


class Node(NamedTuple):
    """A comment's place in its tree and among its siblings."""

    pk: int
    parent_id: int | None
    lft: int
    rght: int
    level: int
    rank: Any = None

    @property
    def descendant_count(self) -> int:
        return (self.rght - self.lft - 1) // 2

    @classmethod
    def of(cls, comment: Comment) -> "Node":
        return cls(comment.pk, comment.parent_id, comment.lft, comment.rght, comment.level)


@dataclass(slots=True)
class Item:
    """A row of the flat list that a page goes through: a comment, or what is left out here.

    `opens` tells that a list of replies begins behind it, `closes` how many end behind it; `hidden`
    is how many comments below `node` are left out, behind the cursor `after`.
    """

    node: Node
    hidden: int = 0
    after: str = ""
    opens: bool = False
    closes: int = 0

    @property
    def is_comment(self) -> bool:
        return not self.hidden


def _nodes(rows: Iterable[Any]) -> list[Node]:
    return list(map(Node._make, rows))


def fits_on_a_page(comments: int) -> bool:
    return comments <= PAGE_SIZE


class Outline:
    """One page of a thread, in an order of ORDERS."""

    def __init__(self, post: Post, sort: str) -> None:
        self.post = post
        self.column, self.ascending, _label = ORDERS[sort]
        self.after = ""
        self.parent: Node | None = None
        self.top: list[Node] = []
        self.children: dict[int | None, list[Node]] = {}
        # How many comments may be shown below each comment of the deepest level read so far.
        self.grants: dict[int, int] = {}

    def lay_out(self, nodes: Iterable[Node]) -> None:
        """Take the places of all comments of a thread that fits on the page."""
        self._keep([node for node in nodes if node.level < DEPTH])
        self.top = self.children.pop(None, [])

    def read(self, parent: Node | None, after: str) -> None:
        """Read what a page shows, or what it shows below `parent`, from behind `after`.

        Raises BadRequest if there is no such cursor.
        """
        self.parent = parent
        self.after = self._read_top(after)
        if not parent:
            self._read_trees()
        below = self.top
        for _level in range(DEPTH - 1):
            below = self._read_level(below)
        for deepest in below:
            self.children.pop(deepest.pk, None)

    def items(self) -> Iterator[Item]:
        """All that was read, parents before their replies, without recursion."""
        stack = [Item(node) for node in reversed(self.top)]
        while stack:
            item = stack.pop()
            # Most have no replies, and each call shows in the time that a page takes.
            has_replies = item.node.rght - item.node.lft > 1 and item.is_comment
            below = self._below(item.node) if has_replies else []
            item.opens = bool(below)
            if below:
                # The last of the replies also ends its parent's list, and all that end with it.
                below[-1].closes = item.closes + 1
                item.closes = 0
                stack.extend(reversed(below))
            yield item

    def _read_top(self, after: str) -> str:
        """Read the comments at the top of the page; the cursor of the page after it, or ""."""
        left = PAGE_SIZE
        for node in self._siblings(after):
            share = min(node.descendant_count + 1, SHARE)
            if share > left and self.top:
                last = self.top[-1]
                self._grant_rest(left)
                return cursor(last.rank, last.pk)
            self.top.append(node)
            self.grants[node.pk] = share - 1
            left -= share
        self._grant_rest(left)
        return ""

    def _siblings(self, after: str) -> list[Node]:
        """The comments at the top, one more than a page can show."""
        parent, at_root = self.parent and self.parent.pk, self.parent is None
        order = self.column, self.ascending
        rows: Iterable[Any]
        if after:
            rows = queries.siblings(self.post.pk, parent, at_root, *order, after)
        else:
            rows = queries.first_siblings.rows(at_root, *order, post=self.post.pk, parent=parent)
        return _nodes(rows)

    def _grant_rest(self, left: int) -> None:
        """Give what is left of the page to the first comments that have more to show."""
        for node in self.top:
            more = max(min(node.descendant_count - self.grants[node.pk], left), 0)
            self.grants[node.pk] += more
            left -= more

    def _read_trees(self) -> None:
        """Read the smallest trees whole, in one query: those that are shown so, and some more."""
        trees, left = [], WHOLE
        for root in sorted(self.top, key=lambda node: node.descendant_count):
            left -= root.descendant_count
            if left < 0:
                break
            if root.descendant_count:
                trees.append(root.pk)
        if trees:
            self._keep(_nodes(queries.trees.rows(self.column, trees=trees)))

    def _keep(self, nodes: list[Node]) -> None:
        """Put replies below their parents, in order."""
        nodes.sort(key=lambda node: (node.rank, node.pk), reverse=not self.ascending)
        for node in nodes:
            self.children.setdefault(node.parent_id, []).append(node)

    def _read_level(self, parents: list[Node]) -> list[Node]:
        """Read the replies to the comments of one level, and grant each its share."""
        granted = {node.pk: self.grants[node.pk] for node in parents}
        self._read_replies(granted)
        read = []
        for parent, left in granted.items():
            shown = self.children.get(parent, [])
            del shown[left:]
            left -= len(shown)
            for node in shown:
                self.grants[node.pk] = min(node.descendant_count, left)
                left -= self.grants[node.pk]
            read += shown
        return read

    def _read_replies(self, granted: dict[int, int]) -> None:
        """Read the first replies to comments, unless their tree was read whole."""
        sizes = {pk: left for pk, left in granted.items() if left and pk not in self.children}
        if sizes:
            groups, order = sizes_of_groups(sizes), (self.column, self.ascending)
            self._keep(_nodes(queries.first_replies.rows(*order, post=self.post.pk, **groups)))

    def _below(self, parent: Node) -> list[Item]:
        shown = self.children.get(parent.pk, [])
        items = [Item(node) for node in shown]
        places = sum(node.rght - node.lft + 1 for node in shown)  # two for each comment
        hidden = parent.descendant_count - places // 2
        if hidden > 0:
            after = cursor(shown[-1].rank, shown[-1].pk) if shown else ""
            items.append(Item(parent, hidden=hidden, after=after))
        return items
