"""What is wrong with the nested sets of the comment trees."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from discussions.models import Comment
from discussions.trees import nested_sets

KINDS = {
    "missing_root": "trees without their root",
    "wrong_tree": "comments in another tree than their parent",
    "other_post": "comments on another post than the root of their tree",
    "circle": "comments that are their own ancestors, or below such",
    "wrong_edges": "comments with a wrong lft or rght",
    "wrong_level": "comments with a wrong level",
    "shared_edges": "numbers that are lft or rght more than once in a tree",
}


class Node(NamedTuple):
    pk: int
    post_id: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int


class Survey:
    """All trees, looked at one after the other."""

    def __init__(self) -> None:
        self.trees = 0
        self.comments = 0
        self.faults: Counter[str] = Counter()
        self.faulty: list[int] = []  # tree ids

    def run(self, advance: Callable[[int], Any]) -> None:
        for tree in _trees(_nodes()):
            self.trees += 1
            self.comments += len(tree)
            found = faults(tree)
            if found:
                self.faults += found
                self.faulty.append(tree[0].tree_id)
            advance(len(tree))


def faults(tree: list[Node]) -> Counter[str]:
    """How often each kind of fault is in the rows that share a `tree_id`, given in their order.

    Every order of siblings is right: theirs is taken as it stands.
    """
    members = {node.pk for node in tree}
    root = next((node for node in tree if node.pk == node.tree_id), None)
    # Who has strayed here from another tree counts as a root, so that what is below stays apart.
    places = nested_sets(
        {node.pk: node.parent_id if node.parent_id in members else None for node in tree}
    )
    edges = Counter(edge for node in tree for edge in (node.lft, node.rght))
    found = Counter(
        missing_root=root is None, shared_edges=sum(count > 1 for count in edges.values())
    )
    for node in tree:
        place = places.get(node.pk)
        found["circle"] += place is None
        found["wrong_tree"] += node.parent_id is not None and node.parent_id not in members
        found["other_post"] += root is not None and node.post_id != root.post_id
        if place is not None and place.tree_id == node.tree_id:
            found["wrong_edges"] += (place.lft, place.rght) != (node.lft, node.rght)
            found["wrong_level"] += place.level != node.level
    return +found


def _nodes() -> Iterator[Node]:
    """All comments, tree by tree and as they stand in it, by one snapshot of the database."""
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*Node._fields)
    # In a transaction PostgreSQL makes rows as they are asked for, instead of all at first; on
    # SQLite one would hold up all who write.
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        yield from map(Node._make, rows.iterator(chunk_size=5_000))


def _trees(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    for _, tree in groupby(nodes, key=lambda node: node.tree_id):
        yield list(tree)
