"""The review queue: what waits, how much of it, and what a card tells of each."""

import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.admin import AdminSite
from django.db import connection
from django.db.models import Count, F, Model, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from boards.models import Ban
from discussions.models import Comment, Revision
from moderation.models import Act, Appeal, BoardRequest, Case, JoinRequest, Note, Report
from moderation.models.log import Verb
from paging import Page, page_of, parse_cursor
from paging.groups import Groups, first_of_all
from paging.keysets import Behind

PAGE_SIZE = 25
COUNTED_AT_MOST = 99
PARENTS_SHOWN = 3
ROWS_SHOWN = 5
EXPIRING_WITHIN = timedelta(days=3)
STAFF_QUEUE = "staff"


# --- What waits


@dataclass(frozen=True)
class Waiting:
    """A queue, and how many wait in it ("99+" for more than that)."""

    name: str
    label: str
    count: str
    url: str


def counts(request: HttpRequest, site: AdminSite) -> list[Waiting]:
    """The queues that somebody may see."""
    soon = timezone.now() + EXPIRING_WITHIN
    removed = Q(verb__in=[Verb.REMOVE, Verb.SPAM], undone_by__isnull=True)
    expiring = Q(until__gt=timezone.now(), until__lt=soon)
    asked: list[tuple[str, str, type[Model], Q, str]] = [
        *(
            (kind.value, str(kind.label), Case, Q(closed_at=None, kind=kind), f"?queue={kind}")
            for kind in Case.Kind
        ),
        ("removed", _("removed"), Act, removed, "?what=removed"),
        ("appeals", _("appeals"), Appeal, Q(state=Appeal.State.OPEN), "?state__exact=open"),
        ("joins", _("requests to join"), JoinRequest, Q(decided_at=None), "?open=1"),
        ("bans", _("bans that end soon"), Ban, expiring, "?ends=soon"),
    ]
    if request.user.is_staff:
        passed = Q(closed_at=None, for_staff=True)
        asked += [
            (STAFF_QUEUE, _("passed on"), Case, passed, f"?queue={STAFF_QUEUE}"),
            ("boards", _("requests for boards"), BoardRequest, Q(decided_at=None), "?open=1"),
        ]
    found = []
    for name, label, model, which, query in asked:
        rows = site.get_model_admin(model)
        if rows.has_view_permission(request):
            some = rows.get_queryset(request).select_related(None).filter(which).order_by()
            count = some[: COUNTED_AT_MOST + 1].count()
            told = f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)
            meta = model._meta
            page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            found.append(Waiting(name, label, told, f"{page}{query}"))
    return found


# --- Which cases


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


# --- What a card tells


@dataclass
class Card:
    case: Case
    reports: list[Report] = field(default_factory=list)
    parents: list[Comment] = field(default_factory=list)
    diff: list[tuple[str, str]] = field(default_factory=list)
    past: list[tuple[str, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def more_reports(self) -> int:
        return max(0, self.case.report_count - len(self.reports))


def cards(cases: list[Case]) -> list[Card]:
    """A card for each case, by as many queries however many there are."""
    made = {case.pk: Card(case) for case in cases}
    _lay_reports(made)
    _lay_parents(made.values())
    _lay_diffs(made.values())
    _lay_past(made.values())
    return list(made.values())


def _first_of(rows: QuerySet[Any], *keys: str, newest: str = "pk", size: int = ROWS_SHOWN) -> Any:
    place = Window(RowNumber(), partition_by=[F(key) for key in keys], order_by=F(newest).desc())
    return rows.annotate(place=place).filter(place__lte=size)


def _lay_reports(made: dict[int, Card]) -> None:
    reports = Report.objects.filter(case__in=made, outcome=Report.Outcome.OPEN)
    for report in _first_of(reports, "case").order_by("-pk"):
        card = made[report.case_id]
        report.handle = handle(card.case.board_id, report.reporter_id)
        card.reports.append(report)


def handle(board_id: int, reporter_id: int | None) -> str:
    """By what the moderators of one board know a reporter again, and cannot tell who it is."""
    if reporter_id is None:
        return ""
    return salted_hmac("moderation.reporter", f"{board_id}:{reporter_id}").hexdigest()[:6]


def _lay_parents(made: Iterable[Card]) -> None:
    wanted = {card.case.pk: card.case.comment.parent_id for card in made if card.case.comment}
    by_case = {card.case.pk: card for card in made}
    for _step in range(PARENTS_SHOWN):
        ids = {pk for pk in wanted.values() if pk}
        if not ids:
            return
        found = Comment.objects.select_related("author").in_bulk(ids)
        for case_id, parent_id in wanted.items():
            parent = found.get(parent_id) if parent_id else None
            if parent is not None:
                by_case[case_id].parents.insert(0, parent)
            wanted[case_id] = parent.parent_id if parent else None


def _lay_diffs(made: Iterable[Card]) -> None:
    edited = [card for card in made if card.case.content and card.case.content.edited_at]
    for name in ("post", "comment"):
        of = {getattr(card.case, f"{name}_id"): card for card in edited}
        of.pop(None, None)
        if of:
            last = Revision.objects.filter(**{f"{name}__in": list(of)})
            for revision in _first_of(last, name, newest="replaced_at", size=1):
                card = of[getattr(revision, f"{name}_id")]
                card.diff = diff(revision.text, card.case.content.text)


def diff(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that an edit took out ("del") and put in ("ins"), with those beside them ("")."""
    kinds = {"-": "del", "+": "ins", " ": "", "@": "at"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    told = [(kinds.get(line[:1], ""), line[1:]) for line in lines][2:]
    return [("at", "…") if kind == "at" else (kind, line) for kind, line in told]


def _lay_past(made: Iterable[Card]) -> None:
    """What was done on this board to the author before, and what its moderators noted."""
    by_pair: dict[tuple[int, int], list[Card]] = defaultdict(list)
    for card in made:
        if card.case.author is not None:
            by_pair[card.case.author.pk, card.case.board_id].append(card)
    members, boards = {pair[0] for pair in by_pair}, {pair[1] for pair in by_pair}
    if not by_pair:
        return
    of = Q(member__in=members, board__in=boards)
    counted = Act.objects.filter(of).order_by().values_list("member", "board", "verb")
    past: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for member, board, verb, count in counted.annotate(n=Count("pk")):
        past[member, board][str(Verb(verb).label)] += count
    notes: dict[tuple[int, int], list[Note]] = defaultdict(list)
    rows = Note.objects.filter(of).select_related("author")
    for note in _first_of(rows, "member", "board").order_by("-pk"):
        notes[note.member_id, note.board_id].append(note)
    for pair, some in by_pair.items():
        for card in some:
            card.past, card.notes = past[pair].most_common(), notes[pair]
