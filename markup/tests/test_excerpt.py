"""One plain line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup import excerpt, parser, render

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("", ""),
        ("plain\n\nwords  and\nlines", "plain words and lines"),
        ("*so* **it** ~~was~~ `is`", "so it was is"),
        ("# Title\n\n> quote\n\n- one\n- two", "Title quote one two"),
        ("[text](https://example.org) ![cat](/cat.png) u/bob", "text cat u/bob"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("```\ncode <b>\n```\nafter", "code <b> after"),
        ("one  \ntwo\\\nthree", "one two three"),
        ("&lt;b&gt; & &copy;", "<b> & ©"),
        ("\\*plain\\*", "*plain*"),
        ("a\r\nb\x00c\u202e", "a bc"),
    ],
)
def test_marks_are_taken_off(source: str, line: str) -> None:
    assert excerpt(source) == line


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("twelve chars", "twelve chars"),
        ("twelve chars and more", "twelve…"),
        ("twelve long words", "twelve long…"),
        ("seven, and more", "seven, and…"),
        ("one long, word", "one long…"),
        ("*twelve* **long** words", "twelve long…"),
        ("abcdefghijklmnop", "abcdefghijk…"),
        ("a bcdefghijklmnop", "a bcdefghij…"),
    ],
)
def test_a_long_text_is_cut_behind_a_word(source: str, line: str) -> None:
    assert excerpt(source, 12) == line


def test_what_render_refuses_is_shown_with_its_marks() -> None:
    assert excerpt(">" * 30 + " a", 50) == ">" * 30 + " a"


@given(st.text(st.characters() | st.sampled_from("*_`[]()<>&\n\\ ")), st.integers(2, 60))
def test_it_is_one_line_and_never_longer_than_asked(source: str, length: int) -> None:
    line = excerpt(source, length)
    assert len(line) <= length
    assert line == " ".join(line.split())
    line.encode()


def test_what_was_just_rendered_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parse, parsed = parser._PARSER.parse, []

    def counted(source: str, budget: Any) -> Any:
        parsed.append(source)
        return parse(source, budget)

    monkeypatch.setattr(parser._PARSER, "parse", counted)
    text = "Once *and* for all."
    render(text)
    assert excerpt(text) == "Once and for all."
    assert parsed == [text]
