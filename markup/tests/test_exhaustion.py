"""Texts of 40,000 characters made to keep the server busy: case 26 of the security page.

Work is counted in calls of Python functions, which is the same on every machine. What a call does
in C (a regular expression) is not counted, so processor time is bounded too: the dearest took
0.17 s where this was written.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from markup import MAX_LENGTH, MarkupError, excerpt, mentions, parser, render

pytestmark = pytest.mark.one_database

MOST_CALLS = 1_300_000  # without the limits, several of these texts take 2 to 11 million
MOST_SECONDS = 0.5


def fill(unit: str) -> str:
    return (unit * (MAX_LENGTH // len(unit) + 1))[:MAX_LENGTH]


REPEATED = [
    "[", "![", "[]", "[a](", "[a](b", "[a](<b", "![a](b", "[[]](", "[a][b]", "[a]: b\n", '[a](/b "',
    "*", "*a_", "*_", "**a ", "**x *x _x ", "_a", "a***b _", "~~", "~~a", "`", "`a`", "`a``b```c",
    ">", "- ", "> - ", "+ a\n- b\n* c\n1. d\n", "- a\n", "1. ", ">\n\n", ">a\nb\n", "# a\n",
    "a\n=\n",
    "a\n", "a\n\n", "a  \n", "\\", "\\\n", "|", "|-", "a|b\n-|-\n", "|\n|-\n", "```\n", "~~~\n",
    "-\n",
    "<", "<div>", "<a:", "<a@", "<http:", "<a@b.c>", "&", "&amp;", "&#x41;", "&#", "a@", "a@b.c ",
    "http://", "http://a ", "http://,", "http://a/(", " a://", " http://", "https://é ", "中_www.",
    "http://中", "www.", "www.-", "www.a-", "www.a.b ", "u/", "u/bob ", "/u/bob,", "_u/abc",
    "b/cats\n", " ", "\t", "\n", "\xa0", "\x00", "\ud800", "\u202e", "!", ":", "-", "中", "*a*",
    "[![a](b)](c) ",
    "http://a&b;", "http://a.", "http://" + "中" * 250 + "/ ",
    "http://" + "中" * 1_900 + "/ ", "[a](mailto:a@" + "中" * 60 + ") ",
]  # fmt: skip

NESTED = {
    "quotes": ">" * 10_000,
    "lists": "- " * 5_000,
    "quotes and lists": "> - " * 5_000,
    "a list a line deeper": "\n".join("  " * (n % 150) + "- a" for n in range(260)),
    "quotes a line deeper": "\n".join(">" * (n % 200) for n in range(390)),
    "lazy lines in quotes": ">" * 19 + "a\n" + "b\n" * 19_000,
    "lazy lines in lists": "- " * 9 + "a\n" + "b\n" * 19_000,
    "links": "[" * 10_000 + "](a)" * 7_000,
    "images": "![" * 8_000 + "](x)" * 4_000,
    "emphasis": "_a *b " * 3_300 + "b* a_ " * 3_300,
    "backticks of growing length": "".join("`" * n + " " for n in range(280)),
    "a table that would render to 600 KB": "a|" * 250 + "\n" + "-|" * 250 + "\n" + "a\n" * 5_500,
    "a wide table": "a|" * 9_000 + "\n" + "-|" * 9_000 + "\n" + "x\n" * 1_500,
    "quotes that render to 900 KB": (">" * 19 + "\n\n") * 1_900,
    "quotes that render to 250 KB": (">" * 19 + "\n\n") * 500,
    "a list of references": "".join(f"[{n}]: /x\n" for n in range(3_000)),
    "one reference used often": "[a]: /b\n" + "[a] " * 9_900,
    "an endless host": "[a](http://" + "中" * 39_000 + ")",
}

ATTACKS = {**{repr(unit): fill(unit) for unit in REPEATED}, **NESTED}


def attempt(function: Callable[[str], Any], text: str) -> Any:
    """What `function` gives, or nothing if it refuses the text."""
    try:
        return function(text)
    except MarkupError:
        return ""


def is_quick(function: Callable[[str], Any], text: str) -> bool:
    """Tell whether one of three runs stays in time: a busy machine may spoil two."""
    for _ in range(3):
        started = time.process_time()
        attempt(function, text)
        if time.process_time() - started < MOST_SECONDS:
            return True
    return False


def render_and_count(text: str) -> tuple[str, int]:
    """Render or refuse `text`, and count the Python functions called on the way."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        html = attempt(render, text)
    finally:
        sys.setprofile(previous)
    return html, counted


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_no_text_takes_more_work_or_room_than_its_length_allows(text: str) -> None:
    assert len(text) <= MAX_LENGTH
    assert all(is_quick(function, text) for function in (render, mentions, excerpt))
    html, calls = render_and_count(text)
    assert calls < MOST_CALLS
    # Ten times the source, and the attributes that the sanitiser adds.
    assert len(html) <= 12 * len(text) + 10_000


def test_real_texts_stay_far_from_the_limits() -> None:
    paragraph = (
        "Some *words*, a [link](https://example.org/a), `code` and u/bob.\n\n- one\n- two\n\n"
    )
    for text in (fill(paragraph), "> > > > > deep\n\n- a\n  - b\n    - c\n      1. d\n"):
        assert render(text)
    table = "|a|b|c|\n|:-|-:|-|\n" + "|some words|1,234|https://example.org|\n" * 900
    assert render(table)


@pytest.mark.parametrize("text", [">" * 15 + " a", "- " * 9 + "a"])
def test_deep_nesting_is_shown_to_the_last_word(text: str) -> None:
    assert "a" in render(text)


@pytest.mark.parametrize(
    "text", [">" * 20 + " a", "- " * 10 + "a", "> " * 19 + "- a", "_a *b " * 11 + "b* a_ " * 11]
)
def test_deeper_nesting_is_refused_and_never_dropped(text: str) -> None:
    with pytest.raises(MarkupError, match="too deeply"):
        render(text)


def test_a_text_may_hold_many_links_but_not_thousands() -> None:
    """Each is dear: three parts of the outline, an address to sanitise, and forty bytes of HTML."""
    assert render("u/abc " * 2_500).count("<a ") == 2_500
    with pytest.raises(MarkupError, match="too much formatting"):
        render("u/abc " * 4_000)


def test_a_text_is_read_once_for_its_html_and_its_mentions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse = parser.parse
    parsed: list[str] = []
    monkeypatch.setattr(parser, "parse", lambda source: parsed.append(source) or parse(source))
    text = "Once, u/annabel, and *only* once."
    render(text)
    assert mentions(text) == ["annabel"]
    assert parsed == [text]
