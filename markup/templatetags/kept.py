"""Parts of pages that are rendered once and kept."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def kept(template: str, **values: Hashable) -> SafeString:
    """A template that is made of these values and nothing else, once for each of them.

    So they are to be of few kinds: flags, names of orders, never what members write. Addresses and
    translations that are the same each time take most of the time of a page otherwise.
    """
    make = _made if settings.DEBUG else _kept  # templates change under DEBUG
    return make(template, get_language(), tuple(values.items()))


def _made(
    template: str, language: str | None, values: tuple[tuple[str, Hashable], ...]
) -> SafeString:
    return render_to_string(template, dict(values))


_kept = lru_cache(maxsize=1_000)(_made)
