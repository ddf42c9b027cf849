"""The members of a foreign board: who they are here.

A name in a file is nobody's here, whoever bears it: else a file could put words into a member's
mouth. Its bearer comes as a new member who can't sign in until `manage.py sign_in_link` lets them
claim the name, and is called NAME-import (NAME-import2 and so on) where NAME is taken, was once, or
looks like somebody's. The operator may say that the file is of this very site, or that those who
came from its site before are the same.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from secrets import token_hex
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError

from accounts.models import Member, RetiredName
from accounts.names import MAX_LENGTH, skeleton, validate_name
from moderation.carrying.shapes import Arrival, Kind, Row

SUFFIX = "-import"
# Names that are tried for each member at once, and how often.
AT_ONCE = 4
ROUNDS = 100
_LONGEST_BASE = MAX_LENGTH - len(SUFFIX) - 4


def members(arrival: Arrival, kind: Kind, rows: Sequence[Row], html: Sequence[str]) -> None:
    """Find or make the members of these lines."""
    names = {row.old: row.values["username"] for row in rows}
    known = _known(arrival, set(names.values()))
    found = {old: known[name.lower()] for old, name in names.items() if name.lower() in known}
    arrival.counts["members found"] += len(found)
    new = [row for row in rows if row.old not in found]
    if new:
        found |= _make(arrival, new)
    arrival.ids.add("member", found.items())


def _known(arrival: Arrival, names: set[str]) -> dict[str, int]:
    """Members who are here already, by their names in lower case."""
    here = Member.objects.named(*names)
    if not arrival.same_site:
        here = here.filter(origin=arrival.site) if arrival.same_source else here.none()
    return {name.lower(): pk for name, pk in here.values_list("username", "pk")}


def _make(arrival: Arrival, rows: Sequence[Row]) -> dict[int, int]:
    """New members, by their old ids."""
    names = _free([row.values["username"] for row in rows])
    arrival.counts["members renamed"] += sum(
        name != row.values["username"] for name, row in zip(names, rows, strict=True)
    )
    arrival.counts["members made"] += len(names)
    if arrival.rehearses:
        return {row.old: -row.old for row in rows}
    made = Member.objects.bulk_create(
        Member(
            username=name,
            skeleton=skeleton(name),
            password=UNUSABLE_PASSWORD_PREFIX + token_hex(20),
            imported=True,
            origin=arrival.site,
            joined_at=row.values["joined_at"],
        )
        for name, row in zip(names, rows, strict=True)
    )
    return {row.old: member.pk for row, member in zip(rows, made, strict=True)}


def _free(names: Sequence[str]) -> list[str]:
    """A name for each that nobody has."""
    ways: list[Iterator[str]] = [_candidates(name) for name in names]
    found: dict[int, str] = {}
    given: set[str] = set()
    for _ in range(ROUNDS):
        waiting = [place for place in range(len(names)) if place not in found]
        tried = {place: [next(ways[place]) for _ in range(AT_ONCE)] for place in waiting}
        taken = _taken([name for some in tried.values() for name in some])
        for place, some in tried.items():
            free = [name for name in some if name.lower() not in taken | given]
            if free:
                found[place] = free[0]
                given.add(free[0].lower())
        if len(found) == len(names):
            return [found[place] for place in range(len(names))]
    raise ValidationError("no free name was found for a member")


def _candidates(name: str) -> Iterator[str]:
    if _may_be_chosen(name):
        yield name
    base = name[:_LONGEST_BASE]
    yield base + SUFFIX
    for number in count(2):
        yield f"{base}{SUFFIX}{number}"


def _may_be_chosen(name: str) -> bool:
    """Not those that sound like an office of the site."""
    try:
        validate_name(name)
    except ValidationError:
        return False
    return True


def _taken(names: Sequence[str]) -> set[str]:
    """Those of the names, in lower case, that somebody has or had, or whose look is somebody's."""
    here: Any = Member.objects.named(*names).values_list("username", flat=True)
    looks = {name: skeleton(name) for name in names}
    alike = Member.objects.filter(imported=False, skeleton__in=looks.values())
    seen = set(alike.values_list("skeleton", flat=True))
    retired = RetiredName.objects.filter(skeleton__in=looks.values())
    seen |= set(retired.values_list("skeleton", flat=True))
    return {name.lower() for name in here} | {
        name.lower() for name, look in looks.items() if look in seen
    }
