"""What the templates of the desk ask."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django import template

register = template.Library()


@register.filter
def as_query(wanted: Mapping[str, str]) -> str:
    return urlencode(wanted)


@register.filter
def chosen(wanted: Mapping[str, str], name: str) -> str:
    return wanted.get(name, "")
