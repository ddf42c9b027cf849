"""What we change about markdown-it's tokens before they become HTML."""

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .limits import check_depth
from .links import is_own

REL = "nofollow ugc noopener noreferrer"

# Page titles and the headings of comments stand above; `del` says more than `s`.
_TAGS = {"h1": "h4", "h2": "h5", "h3": "h6", "h4": "h6", "h5": "h6", "s": "del"}


def _adapt(token: Token) -> None:
    token.tag = _TAGS.get(token.tag, token.tag)
    if "style" in token.attrs:  # table cells; our Content-Security-Policy bars inline styles
        token.attrs["align"] = str(token.attrs.pop("style")).removeprefix("text-align:")
    if "href" in token.attrs and not is_own(str(token.attrs["href"])):
        token.attrs["rel"] = REL


def _address_if_blank(link: list[Token]) -> list[Token]:
    """A link without words would be invisible: its address, unless it has some."""
    if any(token.content.strip() for token in link):
        return []
    return [Token("text", "", 0, content=str(link[0].attrs["href"]))]


def _tidy_links(tokens: list[Token]) -> list[Token]:
    """Give every link words, and take links (images are some) out of links."""
    kept: list[Token] = []
    depth = start = 0
    for token in tokens:
        if token.tag == "a":
            depth += token.nesting
            if depth + (token.nesting < 0) > 1:
                continue
            if token.nesting > 0:
                start = len(kept)
            else:
                kept += _address_if_blank(kept[start:])
        kept.append(token)
    return kept


def apply(state: StateCore) -> None:
    """Core rule: fit what was parsed into our pages."""
    for token in state.tokens:
        _adapt(token)
        if token.children:
            check_depth(token.children)
            token.children = _tidy_links(token.children)
            for child in token.children:
                _adapt(child)
