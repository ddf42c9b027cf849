"""`u/name` and `b/name`, with or without a slash before them, lead to the member and the board."""

import re

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .links import push_link

MENTION = r"/?[uUbB]/"
_MENTION = re.compile(
    r"/?(?:[uU]/(?P<member>[A-Za-z0-9_-]{3,30})|[bB]/(?P<board>[A-Za-z0-9_]{3,40}))"
    # The whole word, not the start of a longer name, of a path or of a file's name.
    r"(?![\w-]|[/.@]\w)"
)
_INSIDE_WORDS = "/\\.&@#=?%+-~$"


def _starts_word(text: str, pos: int) -> bool:
    """Tell whether a word starts at `pos`; underscores before it are emphasis."""
    before = text[max(0, pos - 4) : pos].rstrip("_")
    return not before or not (before[-1].isalnum() or before[-1] in _INSIDE_WORDS)


def mention(state: StateInline, silent: bool) -> bool:
    """Turn a mention into a link to the member or the board."""
    if silent:
        return False
    match = _MENTION.match(state.src, state.pos, state.posMax)
    if not match or not _starts_word(state.src, state.pos):
        return False
    text, kind, name = match[0], match.lastgroup, match[match.lastgroup or 0]
    if state.src[max(0, state.pos - 1)] == "_":  # emphasis closes what it opened
        text, name = text.rstrip("_"), name.rstrip("_")
        if len(name) < 3:
            return False
    prefix = "u" if kind == "member" else "b"
    opening = push_link(state, f"/{prefix}/{name}/", text, "mention")
    opening.meta[kind] = name
    state.pos += len(text)
    return True


def members(tokens: list[Token]) -> list[str]:
    """Names of the members mentioned, in order, each once whatever its case."""
    names: dict[str, str] = {}
    for token in tokens:
        for child in token.children or ():
            if name := child.meta.get("member"):
                names.setdefault(name.lower(), name)
    return list(names.values())
