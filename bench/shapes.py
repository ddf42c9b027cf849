"""Reply trees as they grow in real threads."""

import random
from collections.abc import Mapping

ROOTS = 0.3  # share of comments that answer the post
POPULAR = 0.5  # share of replies that go where replies went before; the others go to the latest
LATEST = 10


def grown(
    dice: random.Random, first: int, size: int, deepest: int | None = None
) -> dict[int, int | None]:
    """Parents of `size` comments, whose ids begin with `first`, in the order they were written.

    Whoever was answered is answered again (so that the sizes of branches follow a power law), or
    one of the latest is, so that chains form. No comment is below the level `deepest`.
    """
    parents: dict[int, int | None] = {}
    levels: dict[int, int] = {}
    for comment in range(first, first + size):
        parent = _answered(dice, parents, first, comment)
        if parent is not None and levels[parent] == deepest:
            parent = parents[parent]
        parents[comment] = parent
        levels[comment] = 0 if parent is None else levels[parent] + 1
    return parents


def _answered(
    dice: random.Random, parents: Mapping[int, int | None], first: int, comment: int
) -> int | None:
    if comment == first or dice.random() < ROOTS:
        return None
    if dice.random() < POPULAR:
        other = dice.randrange(first, comment)
        return parents[other] or other
    return max(first, comment - 1 - int(dice.expovariate(1 / LATEST)))


def wide(first: int, size: int) -> dict[int, int | None]:
    """One root comment with `size` replies."""
    return {first: None} | dict.fromkeys(range(first + 1, first + 1 + size), first)
