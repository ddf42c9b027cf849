"""Who an archive's authors are here.

An archive's name stays what it was, unless somebody here chose it before: nobody is made to say
what they never wrote. The author is then called NAME-reddit, or NAME-reddit2 if somebody chose
that, and so on. Reading the archive again finds the same members:

- A member who came with an archive is known by `imported`, and, once somebody claimed the name and
  may sign in, by what they wrote there: it has a `source_id`. Who chose the name has none of that;
  who came with a board of another rboard has an `origin`.
- The first such member of the possible names is the author, so that a name stays with its author
  even if the member who had chosen it goes; and then nobody gets a name that was retired.
- An archive's own name that ends in -reddit always gets another -reddit, so that no two authors
  meet in one name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import chain, count, islice
from secrets import token_hex
from threading import RLock
from typing import NamedTuple

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Member, RetiredName
from accounts.names import MAX_LENGTH, PATTERN, skeleton
from discussions import bulk
from discussions.models import Comment, Post

SUFFIX = "-reddit"
NAMES_PER_QUERY = 1_000
MOST_REMEMBERED = 50_000
# How many candidates are tried at first, and how many more where all of them are taken.
USUAL_CANDIDATES = 2
MOST_ROUNDS = 50

_SUFFIXED = re.compile(rf"{SUFFIX}\d*\Z", re.IGNORECASE)
_LONGEST_BASE = MAX_LENGTH - len(SUFFIX) - 3


def is_name(name: str) -> bool:
    """Whether a member can bear the name."""
    return len(name) <= MAX_LENGTH and bool(PATTERN.fullmatch(name))


def candidates(name: str) -> Iterator[str]:
    """The names under which an archive's author may go here, the best first."""
    if not _SUFFIXED.search(name):
        yield name
    base = name
    if len(name) > _LONGEST_BASE:
        base = name[: _LONGEST_BASE - 9] + "-" + sha256(name.lower().encode()).hexdigest()[:8]
    yield base + SUFFIX
    for number in count(2):
        yield f"{base}{SUFFIX}{number}"


class Author(NamedTuple):
    """A member; `joined_at` is None if the date is theirs, as they may sign in."""

    pk: int
    joined_at: datetime | None


class Members:
    """Finds and makes members; remembers some, as few authors write most of an archive.

    Several threads may ask at once.
    """

    def __init__(self) -> None:
        self.made = 0
        self._remembered: dict[str, Author] = {}
        self._lock = RLock()

    def forget(self) -> None:
        with self._lock:
            self._remembered.clear()

    def resolve(self, seen: Mapping[str, datetime]) -> dict[str, int]:
        """The members' ids by name. Names that differ in case are one member's.

        `seen` tells when each name first wrote.
        """
        with self._lock:
            if len(self._remembered) > MOST_REMEMBERED:
                self.forget()
            known = {name: self._remembered[name] for name in seen if name in self._remembered}
            # Sorted, so that two imports at once wait for each other instead of locking up.
            unknown = sorted(set(seen) - set(known), key=str.lower)
            for names in bulk.chunks(unknown, NAMES_PER_QUERY):
                known |= self._find_or_make({name: seen[name] for name in names})
            self._remembered |= _backdated(known, seen)
        return {name: author.pk for name, author in known.items()}

    def _find_or_make(self, seen: Mapping[str, datetime]) -> dict[str, Author]:
        found: dict[str, Author] = {}
        depth = USUAL_CANDIDATES
        for _ in range(MOST_ROUNDS):
            known, free = _look_up([name for name in seen if name not in found], depth)
            made = _make({free[name].lower(): (free[name], seen[name]) for name in free})
            self.made += len(made)
            found |= known | {name: made[free[name].lower()] for name in free if made}
            if len(found) == len(seen):
                return found
            depth += 0 if free else USUAL_CANDIDATES
        raise IntegrityError("no member could be made for an author")


def _look_up(names: Iterable[str], depth: int) -> tuple[dict[str, Author], dict[str, str]]:
    """Who is here already; and for the others the name to make them by, if one is free.

    Of each name's candidates the first `depth` are tried.
    """
    options = {name: list(islice(candidates(name), depth)) for name in names}
    authors, taken = _standing(list(chain(*options.values())))
    known, free = {}, {}
    for name, possible in options.items():
        here = [each for each in possible if each.lower() in authors]
        unused = [each for each in possible if each.lower() not in taken]
        if here:
            known[name] = authors[here[0].lower()]
        elif unused:
            free[name] = unused[0]
    return known, free


def _standing(names: list[str]) -> tuple[dict[str, Author], set[str]]:
    """Of these names, in lower case: the members who came with an archive; all that is taken."""
    columns = ("username", "imported", "origin", "joined_at")
    members = {each.username.lower(): each for each in Member.objects.named(*names).only(*columns)}
    claimed = _claimed([member.pk for member in members.values() if not member.imported])
    authors = {
        name: Author(member.pk, member.joined_at if member.imported else None)
        for name, member in members.items()
        if (member.imported and not member.origin) or member.pk in claimed
    }
    looks = {name.lower(): skeleton(name) for name in names}
    retired = set(
        RetiredName.objects.filter(skeleton__in=looks.values()).values_list("skeleton", flat=True)
    )
    return authors, set(members) | {name for name, look in looks.items() if look in retired}


def _claimed(members: list[int]) -> set[int]:
    """Which of these came with an archive, though they may sign in now."""
    if not members:
        return set()
    archived = [
        Exists(model._default_manager.filter(author=OuterRef("pk"), source_id__isnull=False))
        for model in (Post, Comment)
    ]
    found = Member.objects.filter(archived[0] | archived[1], pk__in=members)
    return set(found.values_list("pk", flat=True))


def _make(names: Mapping[str, tuple[str, datetime]]) -> dict[str, Author]:
    """Make members who can't sign in, given each name, by its lower case, and first words.

    None are made if somebody was quicker to take one of the names: the caller looks again.
    """
    members = [
        Member(
            username=name,
            skeleton=skeleton(name),
            password=UNUSABLE_PASSWORD_PREFIX + token_hex(20),
            imported=True,
            joined_at=first,
        )
        for name, first in names.values()
    ]
    try:
        with transaction.atomic():
            Member.objects.bulk_create(members)
    except IntegrityError:
        return {}
    made = [Author(member.pk, member.joined_at) for member in members]
    return dict(zip(names, made, strict=True))


def _backdated(known: Mapping[str, Author], seen: Mapping[str, datetime]) -> dict[str, Author]:
    """Nobody joined after their first words."""
    earlier = {
        name: Author(author.pk, seen[name])
        for name, author in known.items()
        if author.joined_at and seen[name] < author.joined_at
    }
    bulk.update(Member, ["joined_at"], sorted(set(earlier.values())))
    return {**known, **earlier}
