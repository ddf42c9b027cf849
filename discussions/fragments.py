"""Pieces of pages that stand there hundreds of times.

Rendering a Django template takes half a millisecond for one comment, most of it spent on finding
names. So the template is rendered once for each kind of comment (its state, and what the viewer may
do with it), with blanks where the values go, and kept; a page fills the blanks, which takes some
microseconds. Templates stay templates, includes and translations too.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_BLANK = re.compile("\0([a-z_]+)\0")
_SAFE = frozenset({int, SafeString})


class Kind(Protocol):
    """Flags that a template asks about: a NamedTuple."""

    def _asdict(self) -> dict[str, object]: ...
    def __hash__(self) -> int: ...


class Fragment:
    """A template whose values are all among `blanks`, and whose conditions are all of the kind.

    Blanks are written out as they are: no filter, no condition, no argument of a tag may use them.
    """

    def __init__(self, template: str, blanks: str) -> None:
        self.template = template
        self._blanks = {name: SafeString(f"\0{name}\0") for name in blanks.split()}
        self._kept = lru_cache(maxsize=1_000)(self._pattern)

    def filler(self) -> Callable[[Kind, Mapping[str, object]], SafeString]:
        """A function that gives the fragment of a kind, with its values, in the active language.

        Values are escaped unless they are numbers or safe. Made once for a page of many fragments.
        """
        language = get_language()
        pattern = self._pattern if settings.DEBUG else self._kept  # templates change under DEBUG

        def fill(kind: Kind, values: Mapping[str, object]) -> SafeString:
            return SafeString(
                pattern(language, kind)
                % {
                    name: value if value.__class__ in _SAFE else escape(str(value))
                    for name, value in values.items()
                }
            )

        return fill

    def _pattern(self, language: str | None, kind: Kind) -> str:
        """What `%` fills: the template in the active language, for things of one kind."""
        html = render_to_string(self.template, kind._asdict() | self._blanks)
        return _BLANK.sub(r"%(\1)s", html.replace("%", "%%"))
