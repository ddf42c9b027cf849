"""From source to HTML, by the shortest way that gives the same result."""

import re
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

from . import limits, parser
from .mentions import members
from .sanitizer import sanitize
from .source import clean, is_plain, remove_unwanted

MOST_MENTIONS = 10
_BLANK_LINES = re.compile(r"\n{2,}")
_LINE_BREAKS = re.compile(r"(?<!\n)\n(?!\n)")


def render(text: str) -> SafeString:
    """Markdown to HTML that is safe on our pages. Raises MarkupError, with the reason in words."""
    source = text.rstrip()
    if not is_plain(source):
        source = clean(source)
    limits.check_length(source)
    return SafeString(_paragraphs(source) if is_plain(source) else read(source)[0])


def render_plain(text: str) -> SafeString:
    """Show a text as it was typed, for what `render` refuses and yet must be shown."""
    source = escape(clean(text), quote=False)
    return SafeString(_paragraphs(_LINE_BREAKS.sub("<br>\n", source)))


def mentions(text: str) -> list[str]:
    """Names of the first ten members that the text mentions. Raises MarkupError."""
    source = clean(text)
    if "u/" not in source.lower():
        return []
    return list(read(source)[1])


def _paragraphs(source: str) -> str:
    if not source:
        return ""
    return "<p>" + _BLANK_LINES.sub("</p>\n<p>", source) + "</p>"


# A form renders a text to judge it, the action to keep it, and the letters ask whom it mentions.
@lru_cache(maxsize=8)
def read(source: str) -> tuple[str, tuple[str, ...]]:
    """The HTML of a text and the first members that it mentions."""
    tokens = parser.parse(source)
    html = parser.to_html(tokens)
    limits.check_growth(source, html)
    # Entities such as &#x202e; can name what clean took out of the source.
    return sanitize(remove_unwanted(html)).rstrip(), tuple(members(tokens)[:MOST_MENTIONS])
