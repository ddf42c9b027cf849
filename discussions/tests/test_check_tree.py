"""manage.py check_tree: every fault is found, told and mended."""

import json
from typing import Any

import pytest
from django.db.models import F

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.archives import run
from discussions.upkeep.mending import mend

Forest = dict[str, Comment]


@pytest.fixture
def forest(post: Post, ann: Member) -> Forest:
    """root: first (below: deep), second; other: its only reply."""
    grown: Forest = {}
    places = {
        "root": None,
        "first": "root",
        "deep": "first",
        "second": "root",
        "other": None,
        "only": "other",
    }
    for name, parent in places.items():
        above = grown[parent] if parent else None
        grown[name] = reply(author=ann, post=post, parent=above, text=name)
    return grown


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    status, output = run("check_tree", "--json", *arguments)
    found = json.loads(output)
    return status, found | {"kinds": {k: n for k, n in found["kinds"].items() if n}}


def spoil(comment: Comment, **columns: Any) -> None:
    Comment.objects.filter(pk=comment.pk).update(**columns)


def standing() -> list[tuple[str, str | None, int, int, int]]:
    rows = Comment.objects.order_by("tree_id", "lft")
    return list(rows.values_list("text", "parent__text", "lft", "rght", "level"))


def test_it_counts_what_is_whole(forest: Forest) -> None:
    status, found = check()
    assert status == 0
    assert (found["trees"], found["comments"], found["faulty"], found["faults"]) == (2, 6, 0, 0)


def test_it_has_nothing_to_say_of_nothing(db: None) -> None:
    assert check()[0] == 0


def test_it_tells_people(forest: Forest) -> None:
    spoil(forest["first"], level=7)
    status, output = run("check_tree")
    assert status == 3
    assert output.splitlines() == [
        "2 trees of 6 comments, 1 faulty",
        "           1 comments with a wrong level",
        f"Faulty trees: {forest['root'].pk}",
        "Nothing was changed: run it again with --fix to mend them.",
    ]


@pytest.mark.parametrize(
    ("name", "columns", "kinds"),
    [
        ("deep", {"level": 1}, {"wrong_level": 1}),
        ("deep", {"rght": 40}, {"wrong_edges": 1}),
        ("second", {"lft": 3, "rght": 4}, {"wrong_edges": 1, "shared_edges": 2}),
        ("root", {"rght": 99}, {"wrong_edges": 1}),
    ],
)
@pytest.mark.django_db
def test_it_finds_and_mends_wrong_numbers(
    forest: Forest, name: str, columns: dict[str, int], kinds: dict[str, int]
) -> None:
    before = standing()
    spoil(forest[name], **columns)
    status, found = check()
    assert (status, found["kinds"]) == (3, kinds)
    assert found["first"] == [forest["root"].pk]
    status, found = check("--fix")
    assert (status, found["faulty"], found["faulty_now"]) == (0, 1, 0)
    assert check()[0] == 0
    if "lft" not in columns:
        assert standing() == before


def test_it_finds_a_gap(forest: Forest) -> None:
    """What nested sets may have elsewhere, and what "N more replies" does not bear here."""
    spoil(forest["root"], rght=F("rght") + 2)
    spoil(forest["second"], lft=F("lft") + 2, rght=F("rght") + 2)
    assert check()[1]["kinds"] == {"wrong_edges": 2}


def test_every_order_of_siblings_is_right(forest: Forest) -> None:
    first, deep, second = (forest[name].pk for name in ("first", "deep", "second"))
    for pk, lft, rght in ((first, 4, 7), (deep, 5, 6), (second, 2, 3)):
        Comment.objects.filter(pk=pk).update(lft=lft, rght=rght)
    assert check()[0] == 0


def test_it_brings_home_what_strayed_into_another_tree(forest: Forest) -> None:
    before = standing()
    for name, lft in (("first", 20), ("deep", 30)):
        spoil(forest[name], tree_id=forest["other"].pk, lft=lft, rght=lft + 1)
    status, found = check()
    assert status == 3
    assert found["kinds"]["wrong_tree"] == 1
    assert found["faulty"] == 2
    assert check("--fix")[0] == 0
    assert sorted(standing()) == sorted(
        [
            ("root", None, 1, 8, 0),
            ("first", "root", 4, 7, 1),
            ("deep", "first", 5, 6, 2),
            ("second", "root", 2, 3, 1),
            *before[-2:],
        ]
    )


def test_it_finds_the_tree_of_what_has_no_root(forest: Forest) -> None:
    before = standing()
    spoil(forest["deep"], tree_id=999_999)
    kinds = check()[1]["kinds"]
    assert kinds["missing_root"] == kinds["wrong_tree"] == 1
    assert check("--fix")[0] == 0
    assert standing() == before


def test_comments_come_back_to_the_post_of_their_root(forest: Forest, a: Board) -> None:
    elsewhere = submit_post(author=forest["root"].author, board=a, title="Elsewhere")
    spoil(forest["first"], post=elsewhere)
    status, found = check()
    assert (status, found["kinds"]) == (3, {"other_post": 1})
    assert check("--fix")[0] == 0
    assert Comment.objects.get(pk=forest["first"].pk).post == forest["root"].post


def test_it_breaks_a_circle(forest: Forest) -> None:
    spoil(forest["first"], parent=forest["deep"])
    status, found = check()
    assert status == 3
    assert found["kinds"]["circle"] == 2
    status, found = check("--fix")
    assert (status, found["faulty_now"]) == (0, 0)
    assert sorted(standing()) == [
        ("deep", "first", 2, 3, 1),
        ("first", None, 1, 4, 0),
        ("only", "other", 2, 3, 1),
        ("other", None, 1, 4, 0),
        ("root", None, 1, 4, 0),
        ("second", "root", 2, 3, 1),
    ]
    assert [c.text for c in Comment.objects.filter(orphaned=True)] == ["first"]


def test_mending_what_is_whole_changes_nothing(forest: Forest) -> None:
    before = standing()
    mend(forest["root"].pk)
    assert standing() == before


def test_without_being_told_it_mends_nothing(forest: Forest) -> None:
    spoil(forest["deep"], level=9)
    before = standing()
    check()
    assert standing() == before


def test_members_go_on_in_a_mended_tree(forest: Forest, ben: Member, post: Post) -> None:
    spoil(forest["deep"], tree_id=forest["other"].pk, lft=90, rght=91)
    check("--fix")
    reply(author=ben, post=post, parent=Comment.objects.get(pk=forest["deep"].pk), text="new")
    assert check()[0] == 0
