"""Markdown to safe HTML: the lowest floor, used by every other.

    render(text)        safe HTML, or MarkupError
    render_plain(text)  the same text without Markdown; always succeeds
    clean(text)         the source as it should be stored
    mentions(text)      names of the members it mentions
    excerpt(text)       one plain line for letters, feeds and descriptions
"""

from .excerpts import excerpt
from .limits import MAX_LENGTH, MarkupError
from .rendering import mentions, render, render_plain
from .source import clean

__all__ = [
    "MAX_LENGTH",
    "MarkupError",
    "clean",
    "excerpt",
    "mentions",
    "render",
    "render_plain",
]
