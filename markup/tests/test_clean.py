"""The source as it is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup import clean

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("a\ud800b\udfffc\ufffed", "abcd"),
        ("ab\u202ecd\u2066ef\u2069", "abcdef"),
        ("tab\tstays", "tab\tstays"),
        ("two blanks  \nbreak a line  \n \n\t", "two blanks  \nbreak a line"),
        ("\n\n    code", "    code"),
        ("  \n\x00 ", ""),
        ("שלום\u200f a\u200eb \u061c", "שלום\u200f a\u200eb \u061c"),
        ("👩\u200d🚀 a\u200bb", "👩\u200d🚀 a\u200bb"),
    ],
)
def test_nothing_invisible_hides_and_what_people_type_stays(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters() | st.sampled_from("\x00\ud800\r\n\u202e \t")))
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\r" not in cleaned
    cleaned.encode()
