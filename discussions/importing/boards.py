"""The boards of an archive."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from boards.models import NAME_MAX_LENGTH, NAME_MIN_LENGTH, Board

_NAME = re.compile(rf"[A-Za-z0-9_]{{{NAME_MIN_LENGTH},{NAME_MAX_LENGTH}}}", re.ASCII)


def is_name(name: str) -> bool:
    """Whether a board can bear the name."""
    return bool(_NAME.fullmatch(name))


def resolve(first_posts: Mapping[str, datetime]) -> tuple[dict[str, int], int]:
    """The boards' ids by name in lower case, and how many of them were made now.

    `first_posts` tells when each was first written on.
    """
    here = _find(first_posts)
    missing = {name: date for name, date in first_posts.items() if name.lower() not in here}
    if not missing:
        return here, 0
    for name, date in missing.items():
        _make(name, date)
    return _find(first_posts), len(missing)


def _find(names: Iterable[str]) -> dict[str, int]:
    boards = Board.objects.filter(name__lower__in=[name.lower() for name in names])
    return {name.lower(): board for name, board in boards.values_list("name", "pk")}


def _make(name: str, date: datetime) -> None:
    """A public board without moderators: staff look after it until they appoint some."""
    try:
        with transaction.atomic():
            Board.objects.create(name=name, title=name, created_at=date, active_at=date)
    except IntegrityError:
        pass  # somebody made it just now
