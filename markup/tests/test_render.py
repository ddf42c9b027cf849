"""What members write, and what they see."""

import re

import pytest

from markup import MAX_LENGTH, MarkupError, render, render_plain

from . import dom

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("two\n\nparagraphs", "<p>two</p>\n<p>paragraphs</p>"),
        ("*so* **it** ~~was~~ `is`", "<p><em>so</em> <strong>it</strong> <del>was</del> "
         "<code>is</code></p>"),
        ("> quote", "<blockquote>\n<p>quote</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("***", "<hr>"),
        ("\\*plain\\*", "<p>*plain*</p>"),
        ("&copy; & &lt;", "<p>© &amp; &lt;</p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert render(source) == html


def test_a_line_break_is_a_space_and_two_blanks_break_the_line() -> None:
    assert render("one\ntwo") == "<p>one\ntwo</p>"
    assert render("one  \ntwo\\\nthree") == "<p>one<br>\ntwo<br>\nthree</p>"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_mean_the_same(ending: str) -> None:
    assert render(f"a{ending}{ending}b") == "<p>a</p>\n<p>b</p>"


def test_headings_stand_below_those_of_the_page() -> None:
    html = render("# a\n## b\n### c\n#### d\n##### e\n###### f\n\ng\n=\n\nh\n-")
    headings = [element.tag for element in dom.elements(html)]
    assert headings == ["h4", "h5", "h6", "h6", "h6", "h6", "h4", "h5"]


def test_raw_html_is_shown_as_it_was_typed() -> None:
    source = "<b>bold</b> <div>x</div>\n\n<table><tr><td>"
    html = render(source)
    assert {element.tag for element in dom.elements(html)} == {"p"}
    assert dom.text(html).split() == source.split()


def test_code_is_left_alone() -> None:
    source = "```python\n*a* u/bob <b> https://example.org\n```"
    assert render(source) == (
        '<pre tabindex="0"><code>*a* u/bob &lt;b&gt; https://example.org\n</code></pre>'
    )


def test_what_scrolls_can_be_reached_with_the_keyboard() -> None:
    html = render("    code\n\n|a|\n|-|\n")
    scrolling = [element for element in dom.elements(html) if element.tag in {"pre", "table"}]
    assert [element.attributes for element in scrolling] == [{"tabindex": "0"}] * 2


def test_table_columns_keep_their_alignment_without_inline_styles() -> None:
    html = render("|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|")
    expected = [{"align": "left"}, {"align": "right"}, {"align": "center"}, {}]
    assert [element.attributes for element in dom.elements(html, "th")] == expected
    assert [element.attributes for element in dom.elements(html, "td")] == expected


def test_a_text_of_the_greatest_length_is_rendered_and_a_longer_one_refused() -> None:
    render("a" * MAX_LENGTH)
    render("*a " + "a" * (MAX_LENGTH - 3))
    for longer in ("a" * (MAX_LENGTH + 1), "*a " + "a" * (MAX_LENGTH - 2)):
        with pytest.raises(MarkupError, match="too long"):
            render(longer)


def test_the_result_can_be_put_on_a_page_as_it_is() -> None:
    for source in ("plain", "*not plain*"):
        assert hasattr(render(source), "__html__")
        assert hasattr(render_plain(source), "__html__")


def test_plain_rendering_keeps_lines_and_shows_every_mark() -> None:
    assert render_plain("# a\n<b>\n\n\n> c & d") == (
        "<p># a<br>\n&lt;b&gt;</p>\n<p>&gt; c &amp; d</p>"
    )


def test_plain_rendering_takes_what_markdown_refuses() -> None:
    source = ">" * 50
    with pytest.raises(MarkupError):
        render(source)
    assert dom.text(render_plain(source)) == source


def test_refusals_are_written_for_the_author() -> None:
    for source in ("a" * 50_000, ">" * 50, "[" * 40_000):
        with pytest.raises(MarkupError) as refusal:
            render(source)
        assert re.fullmatch(r"This text .+\.", str(refusal.value))
