"""importing.texts and rendering: an archive's texts as they are kept and shown."""

import pytest

from discussions.importing.rendering import Renderer, to_html
from discussions.importing.texts import link, tidy, tidy_title, unescaped


@pytest.mark.parametrize(
    ("archived", "kept"),
    [
        ("&gt; quoted", "> quoted"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;gt; is an arrow", "&gt; is an arrow"),
        ("&#3232;_&#3232;", "ಠ_ಠ"),
        ("&amp;amp;", "&amp;"),
        ("https://a.example/?b=1&amp;region=2", "https://a.example/?b=1&region=2"),
    ],
)
def test_entities_become_characters_once(archived: str, kept: str) -> None:
    assert unescaped(archived) == kept


@pytest.mark.parametrize(
    "text",
    ["> quoted, and `&amp;`", "salt & pepper &gt; salt", "https://a.example/?b=1&region=2", "none"],
)
def test_a_text_that_nobody_escaped_stays(text: str) -> None:
    assert unescaped(text) == text


def test_titles_are_one_line_without_entities() -> None:
    assert tidy_title(" Q&amp;A &quot;live&quot;\n\x00now ", 300) == 'Q&A "live" now'
    assert tidy_title("this&region", 300) == "this&region"


def test_a_long_title_is_cut() -> None:
    assert tidy_title("x" * 300, 300) == "x" * 300
    assert tidy_title("x" * 301, 300) == "x" * 299 + "…"


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert tidy("x" * 50, 50) == "x" * 50
    assert tidy("x" * 51, 50) == "x" * 45 + "\n\n[…]"


def test_what_no_database_takes_is_left_out() -> None:
    assert tidy("a\x00b\ud800c\u202ed", 50) == "abcd"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://a.example/b", "http://a.example/b"),
        ("https://a.example/?b=1&amp;c=2", "https://a.example/?b=1&c=2"),
        ("https://under_score.example/", "https://under_score.example/"),
        ("/r/gardens/comments/abc/", "https://www.reddit.com/r/gardens/comments/abc/"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/", ""),
        ("ftp://a.example/", ""),
        ("https://", ""),
        ("http://[::1", ""),
        ("http://a.example:port/", ""),
        ("http://a.example/a b", ""),
        ("http://a.example/" + "x" * 2_000, ""),
    ],
)
def test_links_lead_to_web_pages_alone(url: str, kept: str) -> None:
    assert link(url) == kept


def test_what_markdown_refuses_is_shown_as_it_was_typed() -> None:
    html = to_html("> " * 100 + "<b>deep</b>")
    assert "&lt;b&gt;deep&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "<blockquote>" not in html


def test_workers_render_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discussions.importing.rendering.WORTH_WORKERS", 0)
    texts = [f"*{number}*" for number in range(1_200)]
    with Renderer(workers=2) as renderer:
        first, second = renderer.start(texts), renderer.start(texts[::-1])
        expected = [f"<p><em>{number}</em></p>" for number in range(1_200)]
        assert first() == expected
        assert second() == expected[::-1]


def test_few_texts_start_no_workers() -> None:
    with Renderer(workers=2) as renderer:
        assert renderer.start(["*a*"])() == ["<p><em>a</em></p>"]
        assert renderer._pool is None
