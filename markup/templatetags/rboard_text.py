"""Filters for what stands beside every post and comment: its age and its score.

A page shows hundreds, so they format strings and render no templates.
"""

from bisect import bisect
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()


def _years(n: int) -> str:
    return ngettext("%(n)d year ago", "%(n)d years ago", n)


def _months(n: int) -> str:
    return ngettext("%(n)d month ago", "%(n)d months ago", n)


def _days(n: int) -> str:
    return ngettext("%(n)d day ago", "%(n)d days ago", n)


def _hours(n: int) -> str:
    return ngettext("%(n)d hour ago", "%(n)d hours ago", n)


def _minutes(n: int) -> str:
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", n)


def _now(_n: int) -> str:
    return gettext("just now")


# From how many seconds on which words: those of a minute, of an hour, and so on, of a twelfth of a
# mean Gregorian year, and of the year.
_LENGTHS = (60, 3_600, 86_400, 2_629_746, 31_556_952)
_WORDS = (_now, _minutes, _hours, _days, _months, _years)
_TWO = tuple(f"{number:02}" for number in range(60))


@lru_cache(maxsize=4096)
def _age(language: str | None, unit: int, count: int) -> str:
    """An age in the active language; looking up its translation every time takes 2 µs more."""
    return _WORDS[unit](count) % {"n": count}


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()


@register.filter
def ago(moment: datetime | None) -> str:
    """Say how long ago an aware moment was: "3 hours ago". What is to come is "just now"."""
    return "" if moment is None else _ago(moment, timezone.now(), get_language())


def _ago(moment: datetime, now: datetime, language: str | None) -> str:
    seconds = (now - moment).total_seconds()
    unit = bisect(_LENGTHS, seconds)
    return _age(language, unit, int(seconds // _LENGTHS[unit - 1]) if unit else 0)


@register.filter
def timestamp(moment: datetime | None) -> str:
    """Give `ago` as a `<time>` element, with the exact time in UTC for who hovers."""
    return "" if moment is None else timestamps()(moment)


def timestamps() -> Callable[[datetime], SafeString]:
    """`timestamp` for many moments: the time and the language are asked once."""
    now, language = timezone.now(), get_language()

    def write(moment: datetime) -> SafeString:
        utc = moment.astimezone(UTC)
        day, age = _day(utc.toordinal()), _ago(moment, now, language)
        # A fifth of the time that `isoformat` takes.
        time = f"{_TWO[utc.hour]}:{_TWO[utc.minute]}:{_TWO[utc.second]}"
        return SafeString(f'<time datetime="{day}T{time}Z" title="{day} {time} UTC">{age}</time>')

    return write


@register.filter
def number(value: int) -> str:
    """Write a count so that it can be read: 1,234,567."""
    return f"{value:,}"


@register.filter
def score(value: int) -> str:
    """Write a score short: 1,234, 12.3k, 4.5m. Never rounded up, and with a real minus sign."""
    size = abs(value)
    if size < 10_000:
        text = f"{size:,}"
    elif size < 1_000_000:
        text = f"{size // 100 / 10:g}k"
    else:
        text = f"{size // 100_000 / 10:,g}m"
    return f"\N{MINUS SIGN}{text}" if value < 0 else text
