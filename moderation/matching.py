"""Whether a rule is true of a text: words and links by sets, in the time it takes to read it.

Moderators write words and domains, no patterns, so nothing they write can make matching slow.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from discussions.models import Comment, Post
from moderation.models import AutoRule

WORD = re.compile(r"\w+")
HREF = re.compile(r'href="([^"]*)"')
# What is not seen, and would part a word: soft hyphen, zero-width characters, marks of direction.
UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

Content = Post | Comment
Phrases = dict[str, list[tuple[str, ...]]]


def words_of(text: str) -> list[str]:
    """The words of a text in order, in one spelling of their characters, in lower case."""
    return WORD.findall(unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold())


def host_of(url: str) -> str:
    """The host of an address, or "", in the letters that a domain list is kept in."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    host = host.rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


@dataclass
class Text:
    """What rules are asked of; each part is read once, when the first rule asks."""

    content: Content

    @cached_property
    def words(self) -> list[str]:
        title = self.content.title if isinstance(self.content, Post) else ""
        return words_of(f"{title}\n{self.content.text}")

    @cached_property
    def distinct(self) -> set[str]:
        return set(self.words)

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
    phrases: Phrases
    domains: frozenset[str]

    def is_true_of(self, text: Text, *, reports: int | None = None, scored: bool = False) -> bool:
        """Whether all that it asks is so.

        `reports`: how many there are, when one comes. `scored`: whether scores are looked at now.
        A rule that asks for either is never true when that is not looked at.
        """
        rule, content = self.rule, text.content
        if not (rule.for_posts if isinstance(content, Post) else rule.for_comments):
            return False
        if rule.reports_at_least is not None and (
            reports is None or reports < rule.reports_at_least
        ):
            return False
        if rule.score_below is not None and (not scored or content.score >= rule.score_below):
            return False
        age = text.age_of_author()
        if rule.younger_than_days is not None and (
            age is None or age >= timedelta(days=rule.younger_than_days)
        ):
            return False
        # A list without a single word or domain in it matches nothing, and not everything.
        if rule.domains and self.domains.isdisjoint(text.hosts):
            return False
        return not rule.words or self._words_in(text)

    def _words_in(self, text: Text) -> bool:
        if not self.single.isdisjoint(text.distinct):
            return True
        if self.phrases.keys().isdisjoint(text.distinct):
            return False
        words = text.words
        return any(
            tuple(words[place : place + len(phrase)]) == phrase
            for place, word in enumerate(words)
            for phrase in self.phrases.get(word, ())
        )


def compile_rule(rule: AutoRule) -> Compiled:
    phrases: Phrases = {}
    single = set()
    for line in rule.words.splitlines():
        words = tuple(words_of(line))
        if len(words) == 1:
            single.add(words[0])
        elif words and words not in phrases.setdefault(words[0], []):
            phrases[words[0]].append(words)
    hosts = (host_of(line.strip().removeprefix("*.")) for line in rule.domains.splitlines())
    domains = frozenset(host.removeprefix("www.") for host in hosts if host)
    return Compiled(rule, frozenset(single), phrases, domains)


@lru_cache(maxsize=1_000)
def _compiled(pk: int, changed_at: Any) -> Compiled | None:
    rule = AutoRule.objects.filter(pk=pk).first()
    return compile_rule(rule) if rule else None


def compiled(stamps: Iterable[tuple[int, Any]]) -> list[Compiled]:
    """Rules by their ids and when they were changed, compiled once in each process."""
    found = (_compiled(pk, changed_at) for pk, changed_at in stamps)
    return [one for one in found if one is not None]
