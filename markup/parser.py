"""The Markdown that members write: CommonMark, tables, ~~strikethrough~~, links and mentions.

A single line break stays a space, as on Reddit: that is what most of the texts we import were
written for, and lines wrapped by an editor stay whole. Two blanks or a backslash break a line.
"""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import house_style, limits, links, mentions

# Where the inline parser leaves plain text: marks that have a rule, and what may become a link.
_STOPS = re.compile(rf"[\n!&*<\[\\\]_`~]|{links.BARE}|(?<![^\W_]){mentions.MENTION}", re.IGNORECASE)


class Parser(MarkdownIt):
    """markdown-it with our own ideas of what a link may be; it gives the names of methods."""

    def validateLink(self, url: str) -> bool:
        return links.is_allowed(url)

    def normalizeLink(self, url: str) -> str:
        return links.encode(url)

    def normalizeLinkText(self, link: str) -> str:
        # As typed: decoding would show a punycode look-alike as the host that it imitates.
        return link


def _build() -> Parser:
    # Two levels more than we allow, since a list adds two at once and markdown-it would drop
    # what is deeper before count_block can refuse it.
    options = {"html": False, "xhtmlOut": False, "maxNesting": limits.MAX_NESTING + 2}
    parser = Parser("commonmark", options)
    parser.enable(["table", "strikethrough"])
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("table", "count", limits.count_block, {"alt": interrupted})
    parser.inline.ruler.before("text", "count", limits.count_inline)
    parser.inline.ruler.at("image", links.image_as_link)
    parser.inline.ruler.after("text", "bare_address", links.bare_address)
    parser.inline.ruler.after("text", "mention", mentions.mention)
    parser.inline.terminator_re = _STOPS
    parser.core.ruler.push("house_style", house_style.apply)
    return parser


# One serves all threads: a parse keeps its state to itself.
_PARSER = _build()


# Whoever keeps a text makes an excerpt of it next.
@lru_cache(maxsize=1)
def parse(source: str) -> list[Token]:
    """Read cleaned source. The tokens are for all to read and not to change.

    Raises MarkupError if that would take too much work.
    """
    limits.check_length(source)
    return _PARSER.parse(source, limits.new_budget())


def to_html(tokens: list[Token]) -> str:
    """Write tokens as HTML."""
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
