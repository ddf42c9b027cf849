"""Which cases are on a page of the review queue."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, Value
from django.utils import timezone

from moderation.models import Case
from paging import Page, page_of, parse_cursor
from paging.groups import Groups, first_of_all
from paging.keysets import Behind

PAGE_SIZE = 25
STAFF_QUEUE = "staff"


@dataclass(frozen=True)
class Wish:
    """Which cases somebody wants to see, as the address says; what it says wrong counts not."""

    queue: str = Case.Kind.REPORTED
    board: str = ""
    about: str = ""
    source: str = ""
    claimed: str = ""
    age: str = ""
    order: str = ""
    after: str = ""

    @classmethod
    def of(cls, asked: Any) -> "Wish":
        queue = asked.get("queue", "")
        known = {*Case.Kind.values, STAFF_QUEUE}
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

    def conditions(self, viewer: Any) -> Q:
        found = Q(for_staff=True) if self.queue == STAFF_QUEUE else Q(kind=self.queue)
        if self.queue != STAFF_QUEUE and not viewer.is_staff:
            found &= Q(for_staff=False)
        if self.about in {"post", "comment", "member"}:
            found &= Q(**{f"{self.about}__isnull": False})
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

    Each board gives its first through its index, however many wait.
    """
    column = "report_count" if wish.order == "reports" else "opened_at"
    ascending = column == "opened_at"
    rows = Case.objects.open().filter(wish.conditions(viewer))
    if wish.board.isdecimal() and len(wish.board) <= 18:  # what is longer is no id
        chosen = int(wish.board)
        boards = {chosen} if boards is None else {chosen} & boards
    if wish.after:
        value, pk = parse_cursor(Case, column, wish.after)
        kind: Any = Case._meta.get_field(column)
        rows = rows.filter(Behind(column, Value(value, kind), Value(pk), ascending=ascending))
    direction = "" if ascending else "-"
    order = (f"{direction}{column}", f"{direction}pk")
    if boards is not None and len(boards) == 1:
        rows = rows.filter(board=next(iter(boards)))
    elif boards is not None:
        keys: Any = sorted(boards)
        keys = keys if connection.vendor == "postgresql" else json.dumps(keys)
        groups = [Groups(rows, {"board": keys}, ascending)]
        ids = first_of_all(groups, column=column, size=PAGE_SIZE + 1)
        with connection.cursor() as cursor:
            # Read first: joined to all that a card shows, the planner would go through all cases.
            cursor.execute(ids.sql, ids.params)
            rows = Case.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
    found = list(rows.with_targets().order_by(*order)[: PAGE_SIZE + 1])
    return page_of(found, column=column, size=PAGE_SIZE)
