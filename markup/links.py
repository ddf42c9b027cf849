"""Where links may lead, and what becomes a link by itself.

Bare addresses are those that GitHub's Markdown specification calls extended autolinks, told by
`http://`, `https://` and `www.` alone: a guess by top-level domain makes links of `readme.md` and
`e.g.so`, and an e-mail address that somebody quotes is not always meant to be written to. What
stands between angle brackets is a link whatever it is. (linkify-it was measured and left out:
`http://a/(` repeated to 40,000 characters keeps it busy for 1.6 s, ` a://` for 4.7 s.)
"""

import re

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import stripEscape
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.link import link
from markdown_it.token import Token

from . import limits

# Links inside our own site start with one slash: two, or one and a backslash, lead elsewhere.
_OWN = re.compile(r"/(?![/\\])")
_ALLOWED = re.compile(r"https?://[^/?#\\]|mailto:[^?]", re.IGNORECASE)

# Names of hosts end at 253 characters; longer ones take the conversion to ASCII seconds.
_LONGEST_ADDRESS = 2_000
_TOO_LONG_HOST = re.compile(r"(?:[a-z]+:)?/*[^/?#]{254}", re.IGNORECASE)

# What an address may hold as it stands. Everything else is percent-encoded, which costs 20 µs.
_ENCODED = re.compile(r"(?:[A-Za-z0-9;/?:@&=+$,\-_.!~*'()#]|%[0-9A-Fa-f]{2})*")

# An address stands at the start of a word, and begins with a letter or digit of its host.
BARE = r"(?<![^\W_])(?:https?://|www\.)"
_ADDRESS = re.compile(
    r"(?:https?://|www\.(?=[^\W_][\w-]*\.[^\W_]))[^\W_]"
    # Up to a blank, a quotation mark of any kind, or the stops of Chinese and Japanese, which
    # put no blank behind an address.
    '[^\\s<>"`\u201c-\u201f\xab\xbb\u2039\u203a\u3001\u3002\u3008-\u3011'
    "\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*",
    re.IGNORECASE,
)
_PUNCTUATION = "?!.,:;*_~'\u2019\u2026\\"
_LONGEST_ENTITY = 33


def is_own(address: str) -> bool:
    """Tell whether the link stays on this site."""
    return bool(_OWN.match(address))


def is_allowed(address: str) -> bool:
    """Tell whether a link may lead there: http, https, mailto, or a path of our own."""
    return bool(_ALLOWED.match(address)) or is_own(address)


def encode(address: str) -> str:
    """Percent-encode what an address may not hold, and write foreign host names in ASCII.

    Returns "", which no link may lead to, for an address that no browser or name server takes.
    """
    if len(address) > _LONGEST_ADDRESS or _TOO_LONG_HOST.match(address):
        return ""
    if _ENCODED.fullmatch(address):
        return address
    return normalizeLink(address)


def _entity_start(address: str, end: int) -> int:
    """Where the HTML entity that ends before `end` starts, or -1."""
    start = address.rfind("&", max(0, end - _LONGEST_ENTITY), end)
    return start if start >= 0 and address[start + 1 : end - 1].isalnum() else -1


def _without_tail(address: str) -> str:
    """Leave to the sentence the punctuation and the closing brackets that belong to it."""
    unopened = {pair[1]: address.count(pair[1]) - address.count(pair[0]) for pair in ("()", "[]")}
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ";" and (entity := _entity_start(address, end)) >= 0:
            end = entity
        elif last in _PUNCTUATION:
            end -= 1
        elif unopened.get(last, 0) > 0:
            unopened[last] -= 1
            end -= 1
        else:
            break
    return address[:end]


def push_link(state: StateInline, href: str, text: str, markup: str) -> Token:
    """Add a link whose text is plain. Raises MarkupError when the text holds too many."""
    limits.spend(state.env, limits.LINK_STEPS)
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    opening.markup = markup
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1).markup = markup
    return opening


def bare_address(state: StateInline, silent: bool) -> bool:
    """`https://example.org/` and `www.example.org` where they stand."""
    if silent:
        return False
    match = _ADDRESS.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    source = _without_tail(match[0])
    # Some editors write `\_` for every underscore, in addresses too.
    text = stripEscape(source)
    href = encode(text if text[:4].lower() == "http" else "https://" + text)
    if is_allowed(href):
        push_link(state, href, text, "linkify")
    else:
        # Taken as words all the same, or the next `www.` in it would read it all again.
        state.append_pending(source)
    state.pos += len(source)
    return True


def image_as_link(state: StateInline, silent: bool) -> bool:
    """`![what it shows](address)`: a link, since pages load nothing from other hosts."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if link(state, silent):
        return True
    state.pos -= 1
    return False
