"""HTML as a browser would see it, for tests that judge elements and not strings."""

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"br", "hr"}


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(
            Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        )
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("a processing instruction")


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"left open: {reader.open}"
    return reader


def elements(html: str, tag: str = "") -> list[Element]:
    """All elements in order, or those of one tag."""
    return [element for element in _read(html).elements if not tag or element.tag == tag]


def text(html: str) -> str:
    """What a reader reads."""
    return "".join(_read(html).text)


def addresses(html: str) -> list[str]:
    """Where the links lead; an `a` without an address is none."""
    links = elements(html, "a")
    return [link.attributes["href"] for link in links if "href" in link.attributes]
