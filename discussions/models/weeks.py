"""Weeks, by which the best posts of a span of time are found."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Func, IntegerField


class WeekOf(Func):
    """The number of the week that a moment falls in, as `week_of` counts them.

    The database computes it, so that it is right whoever writes the row.
    """

    arity = 1
    output_field = IntegerField()
    template = "((%(expressions)s AT TIME ZONE 'UTC')::date - '0001-01-01'::date) / 7"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Moments are kept as text in UTC; 1721425.5 is the Julian date of the first day.
        template = "CAST(julianday(date(%(expressions)s)) - 1721425.5 AS INTEGER) / 7"
        return self.as_sql(compiler, connection, template=template, **context)


def week_of(moment: datetime) -> int:
    """Whole weeks, from Monday to Sunday in UTC, since the first day of the year 1, a Monday."""
    return (moment.astimezone(UTC).toordinal() - 1) // 7


def start_of(week: int) -> datetime:
    """The first moment of a week."""
    return datetime(1, 1, 1, tzinfo=UTC) + timedelta(weeks=week)
