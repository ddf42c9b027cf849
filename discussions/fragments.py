"""Pieces of pages that stand there hundreds of times.

Rendering a Django template takes half a millisecond for one comment, most of it spent on finding
names. So the template is rendered once for each kind of comment (its state, and what the viewer may
do with it), with blanks where the values go, and kept; a page fills the blanks, which takes some
microseconds. Templates stay templates, includes and translations too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import accumulate, chain
from operator import itemgetter
from sys import intern
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_BLANK = re.compile("\0([a-z_]+)\0")


class Kind(Protocol):
    """Flags that a template asks about: a NamedTuple."""

    def _asdict(self) -> dict[str, object]: ...
    def __hash__(self) -> int: ...


class Fragment:
    """A template whose values are all among `blanks`, and whose conditions are all of the kind.

    Blanks are written out as they are: no filter but `safe`, no condition, no argument of a tag may
    use them. What is called `board__name` here, a template calls `board.name`.
    """

    def __init__(self, template: str, blanks: str) -> None:
        self.template = template
        self.blanks = blanks.split()
        self._kept = lru_cache(maxsize=1_000)(self._pattern)

    def filler(self) -> Callable[[Kind, Sequence[object]], str]:
        """A function that gives the fragment of a kind, with its values in the order of `blanks`.

        In the active language. Values are escaped unless they are numbers or safe. Made once for a
        page of many fragments.
        """
        language = get_language()
        pattern = self._pattern if settings.DEBUG else self._kept  # templates change under DEBUG

        def fill(kind: Kind, values: Sequence[object]) -> str:
            pieces, pick = pattern(language, kind)
            written = [
                value
                if value.__class__ is SafeString
                else str(value)
                if value.__class__ is int
                else escape(str(value))
                for value in values
            ]
            # Copying two lists and joining takes half the time that formatting does.
            filled = pieces.copy()
            filled[1::2] = pick(written)
            return "".join(filled)

        return fill

    def _pattern(
        self, language: str | None, kind: Kind
    ) -> tuple[list[str], Callable[[Sequence[object]], Sequence[str]]]:
        """The template in the active language, for things of one kind.

        Its pieces, with a gap for a value behind each but the last, and what picks the values.
        """
        blanks = {name: SafeString(f"\0{name}\0") for name in self.blanks}
        pieces = _BLANK.split(render_to_string(self.template, _nested(kind._asdict() | blanks)))
        places = [self.blanks.index(name) for name in pieces[1::2]]
        pieces = list(map(intern, pieces))  # kinds have most of them in common
        pieces[1::2] = [""] * len(places)
        if len(places) > 1:
            return pieces, itemgetter(*places)
        return pieces, lambda values: [str(values[place]) for place in places]


def _nested(values: Mapping[str, object]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for name, value in values.items():
        *owners, attribute = name.split("__")
        inside = context
        for owner in owners:
            inside = inside.setdefault(owner, {})
        inside[attribute] = value
    return context


class FramedResponse(HttpResponse):
    """A page that knows where its frame stands: from which byte to which.

    All its forms are there, whose tokens whoever looks for them need not seek in hundreds of texts.
    """

    frame: Sequence[tuple[int, int]]


def render_around(
    request: HttpRequest, template: str, context: Mapping[str, object], **parts: Sequence[str]
) -> FramedResponse:
    """Render a page whose large parts, written out by their names, are put in afterwards.

    Every block and include around a part would copy it, which for 300 KB takes a fifth of the time
    that the page does. A part comes in safe pieces: one with an emoji makes none of the others, all
    ASCII mostly, take four bytes a letter and several times as long to encode.
    """
    marks = {name: SafeString(f"\0{name}\0") for name in parts}
    pieces = _BLANK.split(render_to_string(template, {**context, **marks}, request))
    written = [[piece.encode()] for piece in pieces]
    written[1::2] = [list(map(str.encode, parts[name])) for name in pieces[1::2]]
    ends = [0, *accumulate(sum(map(len, piece)) for piece in written)]
    response = FramedResponse(b"".join(chain.from_iterable(written)))
    response.frame = list(zip(ends[::2], ends[1::2], strict=True))
    return response
