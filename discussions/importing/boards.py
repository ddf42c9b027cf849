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


def resolve(seen: Mapping[str, datetime]) -> tuple[dict[str, int], int]:
    """The boards' ids by name in lower case, and how many of them were made now.

    `seen` tells when each was first written on.
    """
    found = _find(seen)
    missing = {name.lower(): name for name in seen if name.lower() not in found}
    for name in missing.values():
        _make(name, seen[name])
    return (found | _find(missing) if missing else found), len(missing)


def _find(names: Iterable[str]) -> dict[str, int]:
    boards = Board.objects.filter(name__lower__in=[name.lower() for name in names])
    return {name.lower(): board for name, board in boards.values_list("name", "pk")}


def _make(name: str, seen: datetime) -> None:
    """A public board without moderators: staff look after it until they appoint some."""
    try:
        with transaction.atomic():
            Board.objects.create(name=name, title=f"b/{name}", created_at=seen, active_at=seen)
    except IntegrityError:
        pass  # somebody made it just now
