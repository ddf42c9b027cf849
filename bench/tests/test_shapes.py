"""Reply trees look like those of real threads."""

import random

from bench import shapes
from discussions.trees import nested_sets


def _levels(parents):
    return [place.level for place in nested_sets(parents).values()]


def test_about_a_third_answers_the_post():
    parents = shapes.grown(random.Random(1), 1, 2_000)
    assert 500 < list(parents.values()).count(None) < 700
    assert list(parents) == list(range(1, 2_001))


def test_every_comment_answers_an_earlier_one():
    parents = shapes.grown(random.Random(1), 50, 500)
    assert all(parent is None or 50 <= parent < comment for comment, parent in parents.items())


def test_some_branches_are_large_and_most_are_not():
    places = nested_sets(shapes.grown(random.Random(1), 1, 2_000))
    sizes = sorted((place.rght + 1) // 2 for place in places.values() if place.level == 0)
    assert sizes[len(sizes) // 2] <= 2
    assert sizes[-1] > 50


def test_none_is_deeper_than_asked():
    assert max(_levels(shapes.grown(random.Random(1), 1, 2_000))) > 6
    assert max(_levels(shapes.grown(random.Random(1), 1, 2_000, deepest=6))) == 6


def test_a_wide_tree_has_one_root():
    assert _levels(shapes.wide(7, 30)) == [0] + [1] * 30
