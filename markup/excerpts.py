"""One plain line of a text, for letters, feeds and the descriptions of pages."""

from collections.abc import Iterator

from markdown_it.token import Token

from . import parser
from .limits import MarkupError
from .source import clean, is_plain, remove_unwanted

_ELLIPSIS = "…"


def excerpt(text: str, length: int = 200) -> str:
    """Return the start of a text in at most `length` characters, without marks or line breaks."""
    # Some of the source is marks and addresses, and no more of it is worth parsing.
    source = clean(text[: 10 * length + 1_000])
    words = source if is_plain(source) else _words(source)
    return _shorten(" ".join(words.split()), length)


def list_items(text: str) -> list[str]:
    """The first lines of the items of a text's lists, plain; those of lists within lists left out.

    Nothing of a text that can't be read.
    """
    try:
        tokens = parser.parse(clean(text))
    except MarkupError:
        return []
    items: list[str] = []
    wanted = False
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1:
            wanted = True
        elif wanted and token.type == "inline":
            line = " ".join(remove_unwanted("".join(_contents([token]))).split())
            items += [line] if line else []
            wanted = False
    return items


def _words(source: str) -> str:
    try:
        return remove_unwanted("".join(_contents(parser.parse(source))))
    except MarkupError:
        return source


def _contents(tokens: list[Token]) -> Iterator[str]:
    """The words of tokens, with a blank where one block or line ends."""
    for token in tokens:
        if token.children:
            yield from _contents(token.children)
        elif token.type != "inline":
            yield token.content
        if token.block or token.tag == "br":
            yield " "


def _shorten(line: str, length: int) -> str:
    if len(line) <= length:
        return line
    start = line[: length - 1]
    if line[length - 1] != " ":
        whole_words = start.rpartition(" ")[0]
        # Not every language puts blanks between words.
        start = whole_words if len(whole_words) > length // 3 else start
    return start.rstrip(" ,;:.-\u2013\u2014") + _ELLIPSIS
