"""Where links may lead, what becomes a link by itself, and images."""

from html import escape

import pytest

from markup import render

from . import dom

pytestmark = pytest.mark.one_database

REL = "nofollow ugc noopener noreferrer"


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("[x](https://example.org/a?b=c#d)", "https://example.org/a?b=c#d"),
        ("[x](HTTP://example.org)", "HTTP://example.org"),
        ("[x](mailto:a@example.org)", "mailto:a@example.org"),
        ("<https://example.org>", "https://example.org"),
        ("<a@example.org>", "mailto:a@example.org"),
        ("[x][1]\n\n[1]: https://example.org", "https://example.org"),
        ("[x](https://example.org/ä b)", ""),
        ("[x](<https://example.org/ä b>)", "https://example.org/%C3%A4%20b"),
    ],
)
def test_links_as_markdown_writes_them(source: str, address: str) -> None:
    html = render(source)
    if address:
        assert dom.addresses(html) == [address]
    else:
        assert "[x]" in dom.text(html)


def test_links_to_others_carry_no_weight_and_no_referrer() -> None:
    html = render("[x](https://example.org) https://example.org <a@example.org> [y](mailto:a@b.c)")
    assert [link.attributes["rel"] for link in dom.elements(html, "a")] == [REL] * 4


def test_links_into_our_own_site_are_ordinary_links() -> None:
    html = render("[x](/b/cats/) [home](/)")
    assert [link.attributes for link in dom.elements(html, "a")] == [
        {"href": "/b/cats/"},
        {"href": "/"},
    ]


def test_a_title_is_kept() -> None:
    (link,) = dom.elements(render('[x](https://example.org "it\'s <b>")'), "a")
    assert link.attributes["title"] == "it's <b>"


@pytest.mark.parametrize(
    ("source", "address", "shown"),
    [
        ("see https://example.org.", "https://example.org", "https://example.org"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("https://example.org/_a_b*c?d=e&f=g", "https://example.org/_a_b*c?d=e&f=g", None),
        ("**https://example.org**", "https://example.org", None),
        ("_https://example.org/a_", "https://example.org/a", None),
        ("https://example.org/a\\_b", "https://example.org/a_b", "https://example.org/a_b"),
        ("[see https://example.org/a]", "https://example.org/a", None),
        ("https://example.org&lt;", "https://example.org", None),
        ('"http://localhost:8000/x"', "http://localhost:8000/x", None),
        ("https://例え.jp/道。次", "https://xn--r8jz45g.jp/%E9%81%93", "https://例え.jp/道"),
        ("HTTPS://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/", None),
        ("www.example.org/a, and", "https://www.example.org/a", "www.example.org/a"),
        ("http://xn--80ak6aa92e.com", "http://xn--80ak6aa92e.com", "http://xn--80ak6aa92e.com"),
    ],
)
def test_bare_addresses_become_links(source: str, address: str, shown: str | None) -> None:
    html = render(source)
    assert dom.addresses(html) == [address]
    assert f">{escape(shown or address)}</a>" in html


@pytest.mark.parametrize(
    "source",
    [
        "readme.md", "file.py", "example.org", "e.g.so", "a@example.org", "1.2.3.4", "www.",
        "www.x",
        "xhttp://example.org", "http://", "http:// example.org", "://example.org",
        "ftp://example.org", "`https://example.org`", "    https://example.org",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address_stays_text(source: str) -> None:
    html = render(source)
    assert dom.elements(html, "a") == []
    assert dom.text(html).strip() == source.strip("` ")


def test_an_address_in_a_link_is_not_a_second_link() -> None:
    html = render("[https://example.com u/bob](https://example.org)")
    assert dom.addresses(html) == ["https://example.org"]


@pytest.mark.parametrize("length", [3_000, 30_000])
def test_an_endless_address_stays_text(length: int) -> None:
    assert dom.elements(render("https://example.org/" + "a" * length), "a") == []
    assert dom.elements(render(f"[x](https://example.org/{'a' * length}/)"), "a") == []


def test_a_host_longer_than_any_name_stays_text() -> None:
    assert dom.elements(render(f"[x](https://{'a' * 300}.org/) https://{'é' * 300}/"), "a") == []


def test_an_image_becomes_a_link_with_its_description() -> None:
    html = render('![a *cat*](https://example.org/cat.png "Tom")')
    assert [element.tag for element in dom.elements(html)] == ["p", "a", "em"]
    assert dom.text(html) == "a cat"
    assert dom.addresses(html) == ["https://example.org/cat.png"]


def test_an_image_in_a_link_leaves_the_outer_link() -> None:
    html = render("[![a cat](https://example.org/cat.png)](https://example.org/cats)")
    assert dom.addresses(html) == ["https://example.org/cats"]
    assert dom.text(html) == "a cat"


@pytest.mark.parametrize("source", ["![]({})", "[]({})", "[ ]({})", "[**]({})"])
def test_no_link_is_invisible(source: str) -> None:
    html = render(source.format("https://example.org/x"))
    assert dom.text(html).strip()
    assert dom.addresses(html) == ["https://example.org/x"]
