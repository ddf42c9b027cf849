"""u/name and b/name."""

import pytest

from markup import MAX_LENGTH, MarkupError, mentions, render

from . import dom

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("source", "address", "shown"),
    [
        ("u/bob", "/u/bob/", "u/bob"),
        ("/u/bob", "/u/bob/", "/u/bob"),
        ("b/cats", "/b/cats/", "b/cats"),
        ("/b/cats_2", "/b/cats_2/", "/b/cats_2"),
        ("U/Bob said", "/u/Bob/", "U/Bob"),
        ("thanks, u/bob-the_2nd!", "/u/bob-the_2nd/", "u/bob-the_2nd"),
        ("u/_under_scores_", "/u/_under_scores_/", "u/_under_scores_"),
        ("_u/bob_", "/u/bob/", "u/bob"),
        ("**u/bob**", "/u/bob/", "u/bob"),
        ("(u/bob)", "/u/bob/", "u/bob"),
        ("u/bob's", "/u/bob/", "u/bob"),
        ("/u/bob/ wrote", "/u/bob/", "/u/bob"),
        ("- u/bob", "/u/bob/", "u/bob"),
        ("u/" + "a" * 30, f"/u/{'a' * 30}/", "u/" + "a" * 30),
        ("b/" + "a" * 40, f"/b/{'a' * 40}/", "b/" + "a" * 40),
    ],
)
def test_mentions_lead_to_the_member_or_the_board(source: str, address: str, shown: str) -> None:
    html = render(source)
    assert [link.attributes for link in dom.elements(html, "a")] == [{"href": address}]
    assert f'<a href="{address}">{shown}</a>' in html


@pytest.mark.parametrize(
    "source",
    [
        "menu/item", "and/u/bob", "u/ab", "b/ab", "u/böb", "xu/bob", "club/cats", "éu/bob",
        "u/" + "a" * 31, "b/" + "a" * 41, "u/bob.txt", "u/bob/submitted", "b/cats-and-dogs",
        "_u/ab_", "R&b/soul", "C:/u/bob/x", "u\\/bob", "\\u/bob", "`u/bob`", "    u/bob", "r/cats",
    ],
)  # fmt: skip
def test_only_whole_words_are_mentions(source: str) -> None:
    assert dom.elements(render(source), "a") == []
    assert mentions(source) == []


def test_mentioned_names_come_in_order_and_once_whatever_their_case() -> None:
    assert mentions("u/Zoe, u/adam and /u/zoe, b/cats, U/Eve") == ["Zoe", "adam", "Eve"]


def test_only_the_first_ten_are_mentioned() -> None:
    assert mentions(" ".join(f"u/member{n}" for n in range(20))) == [
        f"member{n}" for n in range(10)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "`u/bob`", "```\nu/bob\n```", "https://example.org/u/bob", "[u/bob](https://example.org)",
        "[x](/u/bob)", "<https://example.org/u/bob>", "no one",
    ],
)  # fmt: skip
def test_names_in_code_and_links_are_not_mentioned(source: str) -> None:
    assert mentions(source) == []


def test_mentions_are_found_in_every_kind_of_block() -> None:
    source = "# u/one\n\n> u/two\n\n- u/three\n\n|u/four|\n|-|\n|*u/five*|"
    assert mentions(source) == ["one", "two", "three", "four", "five"]


@pytest.mark.parametrize("rest", ["\n\n" + ">" * 10_000, "a" * MAX_LENGTH])
def test_a_text_that_is_refused_mentions_nobody(rest: str) -> None:
    with pytest.raises(MarkupError):
        mentions("u/bob " + rest)
