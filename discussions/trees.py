"""Nested sets, computed in memory from parent links."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Place(NamedTuple):
    """Where a node stands in its tree, in django-mptt's numbers."""

    tree_id: int  # the id of its root
    lft: int
    rght: int
    level: int


def nested_sets(parents: Mapping[int, int | None]) -> dict[int, Place]:
    """The place of each node of a forest, given the parent of each (None for a root).

    Siblings stand in the order of the mapping; a tree of n nodes is numbered from 1 to 2n. A node
    that no root leads to, because a parent is missing or links run in a circle, gets no place.
    """
    children: dict[int | None, list[int]] = defaultdict(list)
    for node, parent in parents.items():
        children[parent].append(node)
    places: dict[int, Place] = {}
    for root in children.get(None, []):
        places.update(_tree(root, parents, children))
    return places


def _tree(
    root: int, parents: Mapping[int, int | None], children: Mapping[int | None, list[int]]
) -> Iterator[tuple[int, Place]]:
    order = list(_preorder(root, children))
    sizes = dict.fromkeys((node for node, _ in order), 1)
    for node, _ in reversed(order):
        parent = parents[node]
        if parent is not None:
            sizes[parent] += sizes[node]
    for index, (node, level) in enumerate(order):
        # Each node before this one took a number on the way in, and each but the ancestors
        # another on the way out.
        lft = 2 * index - level + 1
        yield node, Place(root, lft, lft + 2 * sizes[node] - 1, level)


def _preorder(root: int, children: Mapping[int | None, list[int]]) -> Iterator[tuple[int, int]]:
    """Each node of a tree with its level, parents first."""
    waiting = [(root, 0)]
    while waiting:
        node, level = waiting.pop()
        yield node, level
        waiting += [(child, level + 1) for child in reversed(children.get(node, []))]


def one_of_each_circle(parents: Mapping[Node, Node | None]) -> set[Node]:
    """The nodes to be made roots so that every node is in a tree: of each circle the first met."""
    found: set[Node] = set()
    walked: set[Node] = set()
    for start in parents:
        path: dict[Node, None] = {}
        node: Node | None = start
        while node is not None and node in parents and node not in walked and node not in path:
            path[node] = None
            node = parents[node]
        if node is not None and node in path:
            found.add(node)
        walked.update(path)
    return found
