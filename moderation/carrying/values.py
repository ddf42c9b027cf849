"""Single values of a line: how they are told, and what a foreign file may say.

Each is judged by the field of the model that keeps it; JSON's own type is asked for first, since
fields would take "yes" for true.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from discussions.models import Comment, Post, Revision
from discussions.models.comments import TEXT_MAX_LENGTH as COMMENT_MAX_LENGTH
from discussions.models.posts import TEXT_MAX_LENGTH as POST_MAX_LENGTH
from markup import clean
from markup.fields import LineField
from moderation.models import Act

Check = Callable[[Any], Any]

LARGEST_ID = 2**63 - 1
# Of ups and of downs; votes may come on top.
MOST_POINTS = 2**30
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)
# These may lie ahead.
ENDS = frozenset({"until", "pinned_until"})
LINES = frozenset({"title", "name"})
_line = LineField().to_python
# Forms alone know these.
_LONGEST: dict[tuple[type[models.Model], str], int] = {
    (Post, "text"): POST_MAX_LENGTH,
    (Comment, "text"): COMMENT_MAX_LENGTH,
    (Revision, "text"): POST_MAX_LENGTH,
    (Act, "snapshot"): POST_MAX_LENGTH,
}


class Malformed(ValueError):
    """A line is not what it must be; the message says why, and `number` which line if known."""

    def __init__(self, why: str, number: int = 0) -> None:
        super().__init__(why)
        self.number = number


def told(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def check_of(field: Any) -> Check:
    """What turns a value of a line into one of the field. Raises Malformed."""
    check: Check
    if field.is_relation:
        check = identifier
    elif isinstance(field, models.DateTimeField):
        check = any_moment if field.name in ENDS else past_moment
    elif isinstance(field, models.BooleanField):
        check = flag
    elif isinstance(field, models.UUIDField):
        check = _unique_id
    elif isinstance(field, models.CharField | models.TextField):
        check = _text(field)
    elif field.name in ("ups", "downs"):
        check = _points
    elif isinstance(field, models.IntegerField):
        check = _number(field)
    else:
        raise TypeError(f"no check for {field}")
    return _or_nothing(check, may_be_null=field.null)


def _or_nothing(check: Check, *, may_be_null: bool) -> Check:
    def checked(value: Any) -> Any:
        if value is not None:
            return check(value)
        if not may_be_null:
            raise Malformed("is missing")
        return None

    return checked


def identifier(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_ID:
        raise Malformed("is not an id")
    return value


def any_moment(value: Any) -> datetime:
    if not isinstance(value, str) or len(value) > 40:
        raise Malformed("is not a date")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise Malformed("is a date without its zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, Malformed) else Malformed("is not a date") from None


def past_moment(value: Any) -> datetime:
    """A date to come would stay on top of every list."""
    moment = any_moment(value)
    if not EARLIEST <= moment <= timezone.now() + TOLERANCE:
        raise Malformed("is not a date from 1970 until now")
    return moment


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Malformed("is neither true nor false")
    return value


def _unique_id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Malformed("is not a UUID") from None


def _text(field: Any) -> Check:
    longest = _LONGEST.get((field.model, field.name), field.max_length)
    tidy = _line if field.name in LINES else clean

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Malformed("is not a text")
        tidied = tidy(value)
        if longest is not None and len(tidied) > longest:
            raise Malformed(f"is longer than {longest:,} characters")
        # A link is judged by its kind: those of archives are odder than what forms take.
        return tidied if isinstance(field, models.URLField) else str(_validated(field, tidied))

    return check


def _number(field: Any) -> Check:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed("is not a whole number")
        if not -(2**31) <= value < 2**31:
            raise Malformed("is out of range")
        return int(_validated(field, value))

    return check


def _points(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_POINTS:
        raise Malformed("is not a number of votes")
    return value


def _validated(field: Any, value: Any) -> Any:
    """By the model's own validators."""
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise Malformed("is not valid: " + " ".join(error.messages)) from None
