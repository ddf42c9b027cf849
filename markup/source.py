"""The source text: what may be in it, and when it is plain."""

import re

# Line ends of every system, and the characters that Unicode says end a line.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Neither HTML nor XML (our feeds) may hold most of these, and PostgreSQL refuses NUL and lone
# surrogates. The bidirectional embeddings, overrides and isolates reach beyond the word they
# stand in and can make a line read as what it is not; the marks LRM, RLM and ALM, which
# right-to-left keyboards offer, stay.
_UNWANTED_CHARS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
)
_UNWANTED = re.compile(f"[{_UNWANTED_CHARS}]")

# Blanks that Markdown trims or HTML writes as an entity, and the marks that always may matter.
_BLANKS = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_MARKS = r"\\`*_\[<>&|#"
_SIGNIFICANT = re.compile(f"[{_UNWANTED_CHARS}{_BLANKS}{_MARKS}]")

# What matters at the start of a line (indents, list markers, underlines of headings), and a blank
# at the end of one, where two of them make a line break.
_FIRST_LINE = re.compile(r"[-+ \n]|[0-9]+[.)]")
_OTHER_LINES = re.compile(r"\n(?:[-+= ]|[0-9]+[.)])| \n")

_SLASHES = re.compile("://|[uUbB]/")  # addresses and mentions


def remove_unwanted(text: str) -> str:
    """Take out control characters, lone surrogates and bidirectional overrides."""
    return _UNWANTED.sub("", text)


def clean(text: str) -> str:
    r"""Return the source as it should be stored: ``\n`` ends lines, nothing invisible hides."""
    return remove_unwanted(_LINE_ENDS.sub("\n", text)).rstrip().lstrip("\n")


def one_line(text: str) -> str:
    """Return the words of a title, one blank between them and nothing invisible."""
    return " ".join(clean(text).split())


def is_plain(text: str) -> bool:
    """Tell whether a text is clean and holds nothing but words and blank lines.

    Most comments are plain, and this is all that they pay. It may say no to what Markdown would
    leave alone, but never yes to what it would change.
    """
    return not (
        _SIGNIFICANT.search(text)
        or _FIRST_LINE.match(text)
        or ("\n" in text and _OTHER_LINES.search(text))
        or ("/" in text and _SLASHES.search(text))
        or "~~" in text
        or "www." in text.lower()
    )
