"""Which cases are on a page of the review queue."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from boards.models import is_site_staff
from moderation.models import Case
from moderation.models.lanes import ABOUT, EITHER, facets, lanes
from moderation.queue.pages import first_page
from paging import Page
from paging.ids import id_of
from paging.keysets import Common, Unindexed

STAFF_QUEUE = "staff"
# Those that have no cases but rows of their own; see others.py.
OTHERS = ("removed", "appeals", "joins", "bans", "boards")
# What stands in an address for a reason in a member's own words.
OWN_WORDS = "-"
NEW = {"day": Case.Newness.DAY, "week": Case.Newness.WEEK, "month": Case.Newness.MONTH}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see, as the address says; what it says wrong counts not."""

    queue: str = Case.Kind.REPORTED
    board: str = ""
    about: str = ""
    reason: str = ""
    source: str = ""
    author: str = ""
    claimed: str = ""
    age: str = ""
    order: str = ""
    after: str = ""

    @classmethod
    def of(cls, asked: Any) -> "Wish":
        queue = asked.get("queue", "")
        known = {*Case.Kind.values, STAFF_QUEUE, *OTHERS}
        given = {name: asked.get(name, "") for name in cls.__dataclass_fields__}
        return cls(**given | {"queue": queue if queue in known else Case.Kind.REPORTED})

    @property
    def query(self) -> dict[str, str]:
        """What leads here again, without the place in the order."""
        return {
            name: value
            for name in self.__dataclass_fields__
            if name != "after" and (value := getattr(self, name))
        }

    def boards(self, boards: set[int] | None) -> set[int] | None:
        """Of these boards (None: of all) those that are wanted."""
        chosen = id_of(self.board)
        if chosen is None:
            return boards
        return {chosen} if boards is None else {chosen} & boards

    def lanes(self, viewer: Any) -> set[int]:
        """Those of the queue; what was passed on is shown to the staff alone."""
        if self.queue == STAFF_QUEUE:
            return lanes(for_staff=[True])
        return lanes([self.queue], EITHER if is_site_staff(viewer) else [False])

    def facets(self) -> set[int]:
        """By all that narrows it and has few values."""
        wanted: dict[str, Any] = {}
        if self.about in ABOUT:
            wanted["about"] = [self.about]
        if self.source in {"members", "rules"}:
            wanted["by_rule"] = [self.source == "rules"]
        if self.claimed in {"me", "free"}:
            wanted["claimed"] = [self.claimed == "me"]
        if self.author in NEW:
            wanted["newness"] = range(NEW[self.author] + 1)
        return facets(**wanted)

    def conditions(self) -> Q:
        """By what has many values."""
        found = Q()
        if self.reason and "\0" not in self.reason:  # PostgreSQL takes no NUL
            found &= Q(reason="" if self.reason == OWN_WORDS else self.reason)
        days = {"day": 1, "week": 7, "month": 30}.get(self.age)
        if days:
            found &= Q(Common(Q(opened_at__lt=timezone.now() - timedelta(days=days))))
        return found


def page(viewer: Any, boards: set[int] | None, wish: Wish) -> Page[Case]:
    """A page of open cases, of all boards or of these, oldest or most reported first.

    Nobody sees those about themselves, which others decide.
    """
    column = "report_count" if wish.order == "reports" else "opened_at"
    rows, keys = _narrowed(viewer, wish.boards(boards), wish)
    found = first_page(
        rows,
        keys,
        column=column,
        ascending=column == "opened_at",
        after=wish.after,
        dress=lambda rows: rows.with_targets(),  # type: ignore[attr-defined]
    )
    # Left out here, since asking the database for it keeps it from its indexes.
    return replace(found, rows=[case for case in found.rows if case.author != viewer])


def _narrowed(
    viewer: Any, boards: set[int] | None, wish: Wish
) -> tuple[QuerySet[Case], dict[str, set[int]]]:
    """The cases that are wanted, and the keys by which an index finds them; see models/lanes.py."""
    rows: QuerySet[Case] = Case.objects.open().filter(wish.conditions())
    lanes_wanted, wanted = wish.lanes(viewer), wish.facets()
    narrowed = wanted != facets()
    if wish.claimed == "me":  # few, whatever else: found by who claimed them
        aside = {"facet": wanted} if narrowed else {}
        return _aside(rows.filter(claimed_by=viewer), aside, boards), {"lane": lanes_wanted}
    keys = {} if boards is None else {"board": boards}
    keys["lane"] = lanes_wanted
    if narrowed or wish.reason:
        return rows, keys | {"facet": wanted}
    # SQLite would else take a half of all cases for enough to find them by it, and sort them.
    return rows.filter(Common(GreaterThanOrEqual(F("facet"), 0))), keys


def _aside(
    rows: QuerySet[Case], keys: dict[str, set[int]], boards: set[int] | None
) -> QuerySet[Case]:
    """With these values, and without a try to find them by an index of theirs."""
    for name, values in (keys if boards is None else keys | {"board": boards}).items():
        rows = rows.alias(**{f"{name}_aside": Unindexed(F(name))})
        rows = rows.filter(**{f"{name}_aside__in": values})
    return rows
