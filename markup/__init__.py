"""Markdown to safe HTML: the lowest floor, used by every other.

- `render`: safe HTML, or MarkupError
- `render_plain`: the same text without Markdown; always succeeds
- `clean`: the source as it should be stored
- `one_line`: the words of a title
- `mentions`: names of the members that a text mentions
- `excerpt`: one plain line, for letters, feeds and descriptions
- `list_items`: the plain lines of its lists, for rules to choose from
"""

from .excerpts import excerpt, list_items
from .limits import MAX_LENGTH, MarkupError
from .rendering import mentions, render, render_plain
from .source import clean, one_line

__all__ = [
    "MAX_LENGTH",
    "MarkupError",
    "clean",
    "excerpt",
    "list_items",
    "mentions",
    "one_line",
    "render",
    "render_plain",
]
