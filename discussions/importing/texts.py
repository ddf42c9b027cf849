"""An archive's texts as they are stored here."""

import re
from html import unescape
from urllib.parse import urlsplit

from discussions.models.posts import URL_MAX_LENGTH
from markup import clean
from markup import one_line as words_of

CUT = "\n\n[…]"
REDDIT = "https://www.reddit.com"

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# Reddit's API writes "&", "<" and ">" as entities; an archive read with `raw_json` does not.
_NOT_ESCAPED = re.compile(rf"[<>]|&(?!{_ENTITY.pattern[1:]})")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


def unescaped(text: str) -> str:
    """Turn entities into characters, once, unless the text shows that nobody escaped it.

    What stays in such a text is Markdown, which reads entities as well.
    """
    if "&" not in text or _NOT_ESCAPED.search(text):
        return text
    return _characters(text)


def _characters(text: str) -> str:
    # Not unescape(text), which would make "®ion" of the "&region" in an address.
    return _ENTITY.sub(lambda entity: unescape(entity[0]), text)


def tidy(text: str, longest: int) -> str:
    """A text as it is stored: characters for entities, nothing invisible, cut to its limit."""
    text = clean(unescaped(text))
    return text if len(text) <= longest else text[: longest - len(CUT)].rstrip() + CUT


def tidy_title(title: str, longest: int) -> str:
    """A title as it is stored. It is no Markdown, so all its entities become characters."""
    title = words_of(_characters(title))
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"


def link(url: str) -> str:
    """The address where a link post leads, "" if it is none that a browser should follow."""
    url = clean(unescaped(url)).strip()
    if url.startswith("/") and not url.startswith("//"):
        url = REDDIT + url
    return url if is_followed(url) else ""


def is_followed(url: str) -> bool:
    """Whether it is an address that a browser should follow, short enough to be kept."""
    if len(url) > URL_MAX_LENGTH or _BLANK.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
