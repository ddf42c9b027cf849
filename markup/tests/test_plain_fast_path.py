"""Most comments hold no Markdown and skip the parser; they must not look any different for it."""

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from markup import clean, parser, render, rendering
from markup.source import is_plain

pytestmark = pytest.mark.one_database

# Whatever comes near to a mark: most of it is harmless in most places, and not in some.
PIECES = [
    "a", "word", "u", "b", "w", "www", "WWW.a.b", "http", "1", "10", "٣", "²", "é", "中", "İ", "ﬁ",
    " ", " ", " ", "  ", "\n", "\n\n", "\n\n\n", "\n ", ".", ",", ";", ":", "//", "://", "/", "!",
    "?", "(", ")", "]", "{", "}", "'", '"', "-", "--", "---", "+", "=", "==", "~", "^", "$", "%",
    "@", "😀",
    "1.", "1)", ". ", ") ", "- ", "+ ", "…", "—", "’", "x@y.z", "www.", ":-", ":-:",
    "\u200b", "\u200d", "\u200e", "\u061c", "\ufeff", "\xad", "\u0301", "\u2060", "\u180e", "\r\n",
]  # fmt: skip
MARKS = ["&", "<", ">", "*", "_", "`", "#", "|", "[", "\\", "\t", "\xa0", "\u3000", "\u2003",
         "\x00", "\x1f", "\x85", "\u2028", "\ud800", "\u202e", "~~", "u/bob"]  # fmt: skip
NEARLY_PLAIN = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
ANYTHING = st.lists(st.sampled_from(PIECES + MARKS) | st.characters(), max_size=12).map("".join)


@settings(max_examples=1_000, deadline=None)
@given(NEARLY_PLAIN | ANYTHING)
def test_both_ways_give_the_same_html(text: str) -> None:
    source = clean(text)
    event("plain" if is_plain(source) else "marked up")
    assume(is_plain(source))
    assert render(text) == rendering.read(source)[0]


def test_no_character_is_plain_that_markdown_changes() -> None:
    places = ("{}a", "a{}", "a{}b", "a {} b", "{} a", "a\n{}", "a\n{} b", "a{}\nb", "{0}{0}a{0}")
    for code in (*range(0x250), *range(0x1680, 0x1690), *range(0x2000, 0x2070), 0x3000, 0xFEFF):
        for place in places:
            source = clean(place.format(chr(code)))
            if is_plain(source):
                assert render(source) == rendering.read(source)[0]


@pytest.mark.parametrize(
    "text",
    [
        "I've been there, too (twice!): it's \"great\" - really... 100%; isn't it?",
        "One paragraph\nof two lines\n\nand another; a+b = c, 3.5 or 1/2",
        "Windows sends line ends like these\r\n\r\nin every form.",
        "Grüße! 你好，世界。 Привет 😀",
    ],
)
def test_ordinary_comments_never_reach_the_parser(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "parse", None)
    assert render(text).startswith("<p>")


@pytest.mark.parametrize(
    "text",
    [
        "*a*", "_a_", "`a`", "# a", "- a", "+ a", "1. a", "1) a", "a\n=", "a\n---", "> a", "    a",
        "a  \nb", "a\\b", "&copy;", "<a>", "[a](/b)", "~~a~~", "www.example.org", "HTTP://a.b",
        "WWW.example.org", "u/bob", "b/cats", "a\n- b", "a\n\n    b", "a \nb", "\xa0a",
        "a|b\n-|-",
    ],
)  # fmt: skip
def test_marks_are_never_taken_for_plain(text: str) -> None:
    assert not is_plain(text)
