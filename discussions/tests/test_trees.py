"""trees: nested sets in memory."""

from hypothesis import given
from hypothesis import strategies as st

from discussions.trees import Place, nested_sets, one_of_each_circle

Links = dict[int, int | None]


@st.composite
def forests(draw: st.DrawFn) -> Links:
    """Parent links without circles, in any order: parents may come after their children."""
    nodes = draw(st.lists(st.integers(1, 10_000), unique=True, max_size=40))
    links: Links = {}
    for index, node in enumerate(nodes):
        above = draw(st.integers(-1, index - 1))
        links[node] = nodes[above] if above >= 0 else None
    return dict(draw(st.permutations(list(links.items()))))


def by_definition(links: Links) -> dict[int, Place]:
    """What a nested set is: a walk around the tree that numbers each node going in and out."""
    places: dict[int, Place] = {}

    def walk(node: int, root: int, level: int, number: int) -> int:
        lft = number
        number += 1
        for child, parent in links.items():
            if parent == node:
                number = walk(child, root, level + 1, number)
        places[node] = Place(root, lft, number, level)
        return number + 1

    for node, parent in links.items():
        if parent is None:
            walk(node, node, 0, 1)
    return places


@given(forests())
def test_it_is_what_the_definition_says(links: Links) -> None:
    assert nested_sets(links) == by_definition(links)


def test_siblings_stand_in_the_order_given() -> None:
    places = nested_sets({1: None, 3: 1, 2: 1})
    assert places == {1: Place(1, 1, 6, 0), 3: Place(1, 2, 3, 1), 2: Place(1, 4, 5, 1)}


def test_each_root_is_a_tree_of_its_own() -> None:
    assert nested_sets({5: None, 4: None}) == {5: Place(5, 1, 2, 0), 4: Place(4, 1, 2, 0)}


def test_it_bears_a_chain_of_a_hundred_thousand() -> None:
    links: Links = {node: node - 1 or None for node in range(1, 100_001)}
    assert nested_sets(links)[100_000] == Place(1, 100_000, 100_001, 99_999)


def test_what_no_root_leads_to_has_no_place() -> None:
    assert nested_sets({1: None, 2: 9, 3: 2, 4: 5, 5: 4}) == {1: Place(1, 1, 2, 0)}


def test_it_finds_one_node_of_each_circle() -> None:
    links: Links = {1: None, 2: 1, 3: 3, 4: 5, 5: 6, 6: 4, 7: 4, 8: 9}
    assert one_of_each_circle(links) == {3, 4}


@given(st.dictionaries(st.integers(1, 20), st.integers(1, 20) | st.none()))
def test_every_circle_is_broken(links: Links) -> None:
    known = {node: parent if parent in links else None for node, parent in links.items()}
    broken = known | dict.fromkeys(one_of_each_circle(known))
    assert nested_sets(broken).keys() == links.keys()


@given(forests())
def test_a_forest_has_no_circle(links: Links) -> None:
    assert not one_of_each_circle(links)
