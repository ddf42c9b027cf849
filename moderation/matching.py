"""Whether a rule is true of a text: words and links by sets, in the time it takes to read it.

Moderators write words and domains, no patterns, so nothing they write can make matching slow.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from discussions.models import Comment, Post
from moderation.models import AutoRule

WORD = re.compile(r"\w+")
HREF = re.compile(r'href="([^"]*)"')
# Tags within a line part no words, all others do.
INLINE_TAG = re.compile(r"</?(?:a|b|code|del|em|i|s|span|strong|sub|sup)(?:\s[^>]*)?>")
TAG = re.compile(r"<[^>]*>")
# What is not seen, and would part a word: soft hyphen, joiners of graphemes, zero-width
# characters, marks of direction, fillers, selectors of variants.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# A phrase is known by its first words, so that texts are read in runs of few lengths.
PHRASE_WORDS = 10

LABELS = (AutoRule.Deed.NSFW, AutoRule.Deed.SPOILER)
Content = Post | Comment
Run = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text in order, in one spelling of their characters, in lower case."""
    return WORD.findall(unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold())


def host_of(url: str) -> str:
    """The host of an address, or "", in the letters that a domain list is kept in."""
    try:
        host = unquote(urlsplit(url if "//" in url else f"//{url}").hostname or "")
    except ValueError:
        return ""
    host = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def seen_in(html: str) -> str:
    """What a reader sees of a text."""
    return unescape(TAG.sub(" ", INLINE_TAG.sub("", html)))


@dataclass
class Text:
    """What rules are asked of; each part is read once, when the first rule asks."""

    content: Content
    _runs: dict[int, frozenset[Run]] = field(default_factory=dict)

    @cached_property
    def readings(self) -> list[list[str]]:
        """Its words in order: as they were typed and, where that differs, as they are read."""
        title = self.content.title if isinstance(self.content, Post) else ""
        typed = words_of(f"{title}\n{self.content.text}")
        read = words_of(f"{title}\n{seen_in(self.content.html)}")
        return [typed] if typed == read else [typed, read]

    @cached_property
    def distinct(self) -> set[str]:
        return {word for words in self.readings for word in words}

    def runs(self, length: int) -> frozenset[Run]:
        """All runs of so many words, which all rules share."""
        if length not in self._runs:
            self._runs[length] = frozenset(
                run
                for words in self.readings
                for run in zip(*(words[start:] for start in range(length)), strict=False)
            )
        return self._runs[length]

    @cached_property
    def hosts(self) -> set[str]:
        """The hosts it links to, and the domains they are parts of."""
        urls = [unescape(found) for found in HREF.findall(self.content.html)]
        if isinstance(self.content, Post) and self.content.url:
            urls.append(self.content.url)
        found: set[str] = set()
        for host in {host_of(url) for url in urls if "@" not in url or "//" in url}:
            labels = host.split(".")
            found.update(".".join(labels[start:]) for start in range(len(labels)))
        return found - {""}

    def age_of_author(self) -> timedelta | None:
        author = self.content.author
        return self.content.created_at - author.joined_at if author else None


@dataclass(frozen=True)
class Compiled:
    """A rule as it is asked."""

    rule: AutoRule
    single: frozenset[str]
    # By the number of their words.
    phrases: dict[int, frozenset[Run]]
    domains: frozenset[str]

    def is_true_of(self, text: Text, *, reports: int | None = None, scored: bool = False) -> bool:
        """Whether all that it asks is so.

        `reports`: how many there are, when one comes. `scored`: whether scores are looked at now.
        A rule that asks for either is never true when that is not looked at.
        """
        rule, content = self.rule, text.content
        is_post = isinstance(content, Post)
        if not (rule.for_posts if is_post else rule.for_comments):
            return False
        # Comments have no labels.
        if rule.deed in LABELS and not is_post:
            return False
        if rule.reports_at_least is not None and (
            reports is None or reports < rule.reports_at_least
        ):
            return False
        if rule.score_below is not None and (not scored or content.score >= rule.score_below):
            return False
        age = text.age_of_author()
        if rule.younger_than_days is not None and (
            age is None or age.days >= rule.younger_than_days
        ):
            return False
        # A list without a single word or domain in it matches nothing, and not everything.
        if rule.domains and self.domains.isdisjoint(text.hosts):
            return False
        return not rule.words or self._words_in(text)

    def _words_in(self, text: Text) -> bool:
        if not self.single.isdisjoint(text.distinct):
            return True
        return any(
            not phrases.isdisjoint(text.runs(length)) for length, phrases in self.phrases.items()
        )


def compile_rule(rule: AutoRule) -> Compiled:
    runs: dict[int, set[Run]] = {}
    for line in rule.words.splitlines():
        run = tuple(words_of(line)[:PHRASE_WORDS])
        runs.setdefault(len(run), set()).add(run)
    single = frozenset(word for (word,) in runs.get(1, ()))
    phrases = {length: frozenset(runs[length]) for length in runs if length > 1}
    hosts = (host_of(line.strip().removeprefix("*.")) for line in rule.domains.splitlines())
    domains = frozenset(host.removeprefix("www.") for host in hosts if host)
    return Compiled(rule, single, phrases, domains)


@lru_cache(maxsize=1_000)
def _compiled(pk: int, changed_at: Any) -> Compiled | None:
    rule = AutoRule.objects.filter(pk=pk).first()
    return compile_rule(rule) if rule else None


def compiled(stamps: Iterable[tuple[int, Any]]) -> list[Compiled]:
    """Rules by their ids and when they were changed, compiled once in each process."""
    found = (_compiled(pk, changed_at) for pk, changed_at in stamps)
    return [one for one in found if one is not None]
