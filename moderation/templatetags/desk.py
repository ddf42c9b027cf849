"""What the templates of the desk ask."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template

from moderation.models import Act

register = template.Library()


@register.filter
def as_query(wanted: Mapping[str, str]) -> str:
    return urlencode(wanted)


@register.filter
def text_of(act: Act) -> Any:
    """The post or comment that an act was about, as far as it is still there."""
    return act.post or act.comment


@register.filter
def chosen(wanted: Mapping[str, str], name: str) -> str:
    return wanted.get(name, "")
