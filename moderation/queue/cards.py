"""What a card of the review queue tells of a case."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from discussions.models import Comment, Revision
from moderation.models import Act, Case, MutedReporter, Note, Report
from moderation.models.log import CONDUCT, Verb
from moderation.standing import Standing, Subject, in_force

PARENTS_SHOWN = 3
ROWS_SHOWN = 5


@dataclass
class Card:
    """Of a case."""

    case: Case
    reports: list[Report] = field(default_factory=list)
    parents: list[Comment] = field(default_factory=list)
    diff: list[tuple[str, str]] = field(default_factory=list)
    standing: Standing | None = None
    past: list[tuple[str, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    # The appeal that brought the text back, as an act of the log.
    overturned: Act | None = None
    told_apart = None

    @property
    def row(self) -> Case:
        return self.case

    @property
    def subject(self) -> Subject | None:
        author = self.case.author
        return (author.pk, self.case.board_id) if author else None

    @property
    def more_reports(self) -> int:
        return max(0, self.case.report_count - len(self.reports))


@dataclass
class RowCard:
    """Of an act, an appeal, a request or a ban: of what a member has to do with a board."""

    row: Any
    standing: Standing | None = None
    past: list[tuple[str, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def told_apart(self) -> Act | None:
        """The act that the card is about, which is no past."""
        act = self.row if isinstance(self.row, Act) else getattr(self.row, "act", None)
        return act if isinstance(act, Act) else None

    @property
    def subject(self) -> Subject | None:
        member = getattr(self.row, "member", None)
        return (member.pk, self.row.board_id) if member else None


def row_cards(rows: Iterable[Any]) -> list[RowCard]:
    made = [RowCard(row) for row in rows]
    _lay_past(made)
    return made


def cards(cases: list[Case]) -> list[Card]:
    """A card for each case, by as many queries however many there are."""
    made = {case.pk: Card(case) for case in cases}
    _lay_reports(made)
    _lay_parents(made.values())
    _lay_diffs(made.values())
    _lay_overturned(made.values())
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


def lay_reported(muted: Iterable[MutedReporter], viewer: Any) -> None:
    """Lay over muted reporters what each reported last; not what is about the viewer."""
    by_pair = {(one.reporter_id, one.board_id): one for one in muted}
    for one in by_pair.values():
        one.reported = []  # type: ignore[attr-defined]
    of_others = Case.objects.filter(pk=OuterRef("case")).not_about(viewer)
    reports = Report.objects.filter(
        Exists(of_others.order_by()),
        reporter__in={pair[0] for pair in by_pair},
        case__board__in={pair[1] for pair in by_pair},
    )
    related = "case__member", "case__post", "case__comment__post"
    first = _first_of(reports, "reporter", "case__board").select_related(*related)
    for report in first.order_by("-pk"):
        found: Any = by_pair.get((report.reporter_id, report.case.board_id))
        if found is not None:
            found.reported.append(report)


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


def _lay_overturned(made: Iterable[Card]) -> None:
    """So that nobody removes again, unaware, what an appeal brought back."""
    for name in ("post", "comment"):
        of = {getattr(card.case, f"{name}_id"): card for card in made}
        of.pop(None, None)
        if of:
            acts = Act.objects.filter(**{f"{name}__in": list(of)}, verb=Verb.OVERTURN)
            for act in acts.defer("snapshot", "note").order_by("pk"):
                of[getattr(act, f"{name}_id")].overturned = act


def _lay_past(made: Iterable[Card | RowCard]) -> None:
    """What stands against the author on this board, and what its moderators noted."""
    by_pair: dict[Subject, list[Card | RowCard]] = defaultdict(list)
    for card in made:
        if card.subject is not None:
            by_pair[card.subject].append(card)
    members, boards = {pair[0] for pair in by_pair}, {pair[1] for pair in by_pair}
    if not by_pair:
        return
    stands = Q(undone_by__isnull=True) | Q(undone_by__verb=Verb.OVERTURN)
    acts = Act.objects.to_members(members, boards).filter(stands, verb__in=CONDUCT).order_by()
    counted = acts.values_list("member", "board", "verb", "undone_by__verb")
    past: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for member, board, verb, by, count in counted.annotate(n=Count("pk")):
        past[member, board][_conduct(verb, overturned=by is not None)] += count
    notes: dict[tuple[int, int], list[Note]] = defaultdict(list)
    rows = Note.objects.filter(member__in=members, board__in=boards).select_related("author")
    for note in _first_of(rows, "member", "board").order_by("-pk"):
        notes[note.member_id, note.board_id].append(note)
    now = in_force(by_pair)
    for pair, one in now.items():
        if one.act is not None:  # it is no past
            past[pair] -= Counter([str(Verb(one.act.verb).label)])
    for pair, some in by_pair.items():
        for card in some:
            card.standing = now.get(pair)
            card.past = (past[pair] - _apart(card)).most_common()
            card.notes = notes[pair]


def _conduct(verb: str, *, overturned: bool) -> str:
    said = str(Verb(verb).label)
    return _("%(act)s (overturned on appeal)") % {"act": said} if overturned else said


def _apart(card: Card | RowCard) -> Counter[str]:
    """What the card is about itself, unless it was left out already as what is in force."""
    act, now = card.told_apart, card.standing and card.standing.act
    if act is None or act == now:
        return Counter()
    return Counter([str(Verb(act.verb).label)])
