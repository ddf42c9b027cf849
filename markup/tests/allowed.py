"""What may be in the HTML of a member's text, written down apart from the code that ensures it."""

import re

from .dom import Element, elements

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "pre": {"tabindex"},
    "table": {"tabindex"},
}
OWN = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
OTHERS = re.compile(r"(https?://[^/\\?#]|mailto:)[^\x00-\x20\\]*", re.IGNORECASE)
REL = "nofollow ugc noopener noreferrer"


def check_link(link: Element) -> None:
    address, rel = link.attributes.get("href"), link.attributes.get("rel")
    assert rel in (None, REL)
    assert "a" not in link.parents
    if address is not None:  # the sanitiser takes it away if it isn't well-formed
        assert OWN.fullmatch(address) if rel is None else OTHERS.fullmatch(address), address


def check(html: str) -> None:
    """Fail unless every element, attribute and address is on the list."""
    for element in elements(html):
        assert element.tag in TAGS
        assert element.attributes.keys() <= ATTRIBUTES.get(element.tag, set())
        assert element.attributes.get("tabindex", "0") == "0"
        assert element.attributes.get("align", "left") in {"left", "center", "right"}
        assert element.attributes.get("start", "1").isdecimal()
        if element.tag == "a":
            check_link(element)
