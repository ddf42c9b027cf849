"""Who an archive's authors are here.

An archive's name stays what it was, unless somebody here chose it before: nobody is made to say
what they never wrote. The author is then called NAME-reddit, or NAME-reddit2 if somebody chose
that, and so on. Reading the archive again finds the same members:

- A member who came with an archive is known by `imported`, and, once somebody claimed the name and
  may sign in, by what they wrote there: it has a `source_id`. Who chose the name has none of that.
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

from django.contrib.auth.hashers import make_password
from django.db.models import Exists, OuterRef

from accounts.models import Member, RetiredName
from accounts.names import MAX_LENGTH, PATTERN, skeleton
from discussions import bulk
from discussions.models import Comment, Post

SUFFIX = "-reddit"
NAMES_PER_QUERY = 1_000
# How many candidates are tried at first, and how many more where all of them are taken.
USUAL_CANDIDATES = 2

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


def resolve(seen: Mapping[str, datetime]) -> tuple[dict[str, int], int]:
    """The members' ids by name, and how many of them were made now.

    `seen` tells when each name first wrote. Names that differ in case are one member's.
    """
    found: dict[str, int] = {}
    made = 0
    # Sorted, so that two imports at once wait for each other instead of locking up.
    for names in bulk.chunks(sorted(seen, key=str.lower), NAMES_PER_QUERY):
        depth = USUAL_CANDIDATES
        while waiting := {name: seen[name] for name in names if name not in found}:
            known, free = _look_up(waiting, depth)
            _backdate(known, seen)
            found.update((name, member.pk) for name, member in known.items())
            made += _make((free[name], seen[name]) for name in free)
            depth += 0 if free else USUAL_CANDIDATES
    return found, made


def _look_up(names: Iterable[str], depth: int) -> tuple[dict[str, Member], dict[str, str]]:
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


def _standing(names: list[str]) -> tuple[dict[str, Member], set[str]]:
    """Of these names, in lower case: the members who came with an archive; all that is taken."""
    columns = ("username", "imported", "joined_at")
    members = {each.username.lower(): each for each in Member.objects.named(*names).only(*columns)}
    claimed = _claimed([member.pk for member in members.values() if not member.imported])
    authors = {
        name: member for name, member in members.items() if member.imported or member.pk in claimed
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


def _make(names: Iterable[tuple[str, datetime]]) -> int:
    """Make members who can't sign in. Who was quicker keeps the name; the caller looks again."""
    members = [
        Member(
            username=name,
            skeleton=skeleton(name),
            password=make_password(None),
            imported=True,
            joined_at=seen,
        )
        for name, seen in names
    ]
    Member.objects.bulk_create(members, ignore_conflicts=True)
    return len(members)


def _backdate(known: Mapping[str, Member], seen: Mapping[str, datetime]) -> None:
    """Nobody joined after their first words."""
    earlier = {
        member.pk: seen[name]
        for name, member in known.items()
        if member.imported and seen[name] < member.joined_at
    }
    bulk.update(Member, ["joined_at"], sorted(earlier.items()))
