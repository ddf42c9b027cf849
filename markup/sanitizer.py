"""The second wall: whatever the parser and our rules put out, only this reaches a page."""

import nh3

from .house_style import REL
from .links import is_own

_TAGS = """
    a blockquote br code del em h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul
"""
_ALIGN = {"align": {"left", "center", "right"}}

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    tag_attribute_values={"a": {"rel": {REL}}, "td": _ALIGN, "th": _ALIGN},
    # Wide ones scroll, and what scrolls has to be reached with the keyboard.
    set_tag_attribute_values={"pre": {"tabindex": "0"}, "table": {"tabindex": "0"}},
    url_schemes={"http", "https", "mailto"},
    url_relative=lambda address: address if is_own(address) else None,
    link_rel=None,  # the parser tells our own links from others
)


def sanitize(html: str) -> str:
    """Return `html` without any tag, attribute or address that isn't on the list."""
    return _CLEANER.clean(html)
