"""Ages and scores, as they stand beside every post and comment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import engines
from django.utils import translation

from markup.templatetags import rboard_text
from markup.templatetags.rboard_text import ago, score, timestamp

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rboard_text.timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=31), "1 month ago"),
        (timedelta(days=364), "11 months ago"),
        (timedelta(days=366), "1 year ago"),
        (timedelta(days=366 * 6), "6 years ago"),
        (timedelta(minutes=-1), "just now"),
        (timedelta(days=-400), "just now"),
    ],
)
def test_ages_are_told_in_the_largest_whole_unit(age: timedelta, words: str) -> None:
    assert ago(NOW - age) == words


def test_an_age_does_not_depend_on_the_time_zone() -> None:
    moment = NOW - timedelta(hours=3)
    assert ago(moment.astimezone(timezone(timedelta(hours=9)))) == "3 hours ago"


def test_ages_are_told_in_the_language_of_the_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = NOW - timedelta(hours=3)
    assert ago(moment) == "3 hours ago"
    with translation.override("de"):
        monkeypatch.setattr(rboard_text, "ngettext", lambda *_: "vor %(n)d Stunden")
        assert ago(moment) == "vor 3 Stunden"
    assert ago(moment) == "3 hours ago"


def test_what_never_happened_has_no_age() -> None:
    assert ago(None) == timestamp(None) == ""


def test_the_exact_time_is_at_hand() -> None:
    moment = datetime(2026, 3, 1, 4, 5, 6, 789, tzinfo=timezone(timedelta(hours=-5)))
    assert timestamp(moment) == (
        '<time datetime="2026-03-01T09:05:06Z" title="2026-03-01 09:05:06 UTC">2 hours ago</time>'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (-7, "−7"),
        (1_234, "1,234"),
        (9_999, "9,999"),
        (10_000, "10k"),
        (12_345, "12.3k"),
        (-12_345, "−12.3k"),
        (999_999, "999.9k"),
        (1_000_000, "1m"),
        (1_294_567, "1.2m"),
        (2_500_000_000, "2,500m"),
    ],
)
def test_scores_are_short(value: int, text: str) -> None:
    assert score(value) == text


def test_templates_know_the_filters_and_do_not_escape_the_time() -> None:
    template = engines["django"].from_string(
        "{% load rboard_text %}{{ moment|ago }} {{ moment|timestamp }} {{ value|score }}"
    )
    page = template.render({"moment": NOW, "value": -1})
    assert page.startswith('just now <time datetime="2026-03-01T12:00:00Z"')
    assert page.endswith(">just now</time> −1")
