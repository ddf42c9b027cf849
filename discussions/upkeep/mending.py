"""Comment trees built anew from the links to the parents, which are taken to be right."""

from collections.abc import Iterable

from django.db import transaction

from discussions import bulk
from discussions.locks import lock_trees
from discussions.models import Comment
from discussions.trees import Place, nested_sets, one_of_each_circle
from discussions.upkeep.faults import Node

IDS_PER_QUERY = 1_000


def mend(tree_id: int) -> None:
    """Rebuild each tree that any comment with this `tree_id` belongs to by its parents.

    Of comments that answer each other in a circle one becomes a root, marked as an orphan.
    """
    links = _with_ancestors(tree_id)
    roots = {comment for comment, parent in links.items() if parent is None}
    for root in sorted(roots | one_of_each_circle(links)):
        with transaction.atomic():
            _rebuild(root)


def _with_ancestors(tree_id: int) -> dict[int, int | None]:
    """The parent of each comment with this `tree_id` and of each above them."""
    comments = Comment.objects.order_by("pk").values_list("pk", "parent_id")
    found = dict(comments.filter(tree_id=tree_id))
    while above := {parent for parent in found.values() if parent and parent not in found}:
        for ids in bulk.chunks(sorted(above), IDS_PER_QUERY):
            found |= dict.fromkeys(ids) | dict(comments.filter(pk__in=ids))
    return found


def _rebuild(root_id: int) -> None:
    """In a transaction; whoever writes in the trees that are changed waits or is waited for."""
    lock_trees([root_id, *(node.tree_id for node in _with_descendants(root_id))])
    nodes = _with_descendants(root_id)
    if not nodes:
        return  # purged meanwhile
    root = nodes[0]
    links = {node.pk: node.parent_id for node in nodes} | {root_id: None}
    places = nested_sets(links)
    if root.parent_id is not None:
        place = places[root_id]._asdict()
        Comment.objects.filter(pk=root_id).update(parent=None, orphaned=True, **place)
    bulk.update(Comment, ["post", *Place._fields], _changes(nodes, places, post_id=root.post_id))


def _changes(
    nodes: Iterable[Node], places: dict[int, Place], *, post_id: int
) -> list[tuple[int, ...]]:
    return [
        (node.pk, post_id, *places[node.pk])
        for node in nodes
        if (node.post_id, node.tree_id, node.lft, node.rght, node.level)
        != (post_id, *places[node.pk])
    ]


def _with_descendants(root_id: int) -> list[Node]:
    """A comment, first, and all that are below it by their parents; siblings as they stand."""
    found = {node.pk: node for node in _nodes(pk=root_id)}
    below = list(found)
    while below:
        level = [
            node
            for ids in bulk.chunks(below, IDS_PER_QUERY)
            for node in _nodes(parent__in=ids)
            if node.pk not in found
        ]
        found.update((node.pk, node) for node in level)
        below = [node.pk for node in level]
    return list(found.values())


def _nodes(**conditions: object) -> list[Node]:
    rows = Comment.objects.filter(**conditions).order_by("lft", "pk")
    return list(map(Node._make, rows.values_list(*Node._fields)))
