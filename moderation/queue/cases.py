"""Which cases are on a page of the review queue."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from boards.models import is_site_staff
from moderation.models import Case
from moderation.queue.pages import first_page
from paging import Page
from paging.ids import id_of

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

    def conditions(self, viewer: Any) -> Q:
        found = Q(for_staff=True) if self.queue == STAFF_QUEUE else Q(kind=self.queue)
        if self.queue != STAFF_QUEUE and not is_site_staff(viewer):
            found &= Q(for_staff=False)
        if self.about in {"post", "comment", "member"}:
            found &= Q(**{f"{self.about}__isnull": False})
        if self.reason and "\0" not in self.reason:  # PostgreSQL takes no NUL
            found &= Q(reason="" if self.reason == OWN_WORDS else self.reason)
        if self.source in {"members", "rules"}:
            found &= Q(rule="") if self.source == "members" else ~Q(rule="")
        if self.claimed == "me":
            found &= Q(claimed_by=viewer)
        elif self.claimed == "free":
            found &= Q(claimed_by__isnull=True)
        days = {"day": 1, "week": 7, "month": 30}.get(self.age)
        if days:
            found &= Q(opened_at__lt=timezone.now() - timedelta(days=days))
        return found


def page(viewer: Any, boards: set[int] | None, wish: Wish) -> Page[Case]:
    """A page of open cases, of all boards or of these, oldest or most reported first.

    Nobody sees those about themselves, which others decide.
    """
    column = "report_count" if wish.order == "reports" else "opened_at"
    wanted = wish.boards(boards)
    keys: dict[str, set[int]] = {} if wanted is None else {"board": wanted}
    if wish.author in NEW:
        keys["newness"] = set(range(NEW[wish.author] + 1))
    found = first_page(
        Case.objects.open().filter(wish.conditions(viewer)),
        keys,
        column=column,
        ascending=column == "opened_at",
        after=wish.after,
        dress=lambda rows: rows.with_targets(),  # type: ignore[attr-defined]
    )
    # Left out here, since asking the database for it keeps it from its indexes.
    return replace(found, rows=[case for case in found.rows if case.author != viewer])
