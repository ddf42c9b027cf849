"""What waits for a member, for the bar on every page: letters, and a desk for who has one."""

from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Member
from boards.models import Ban
from inbox.unread import MOST, unread
from moderation.deciders import left_to_staff
from moderation.models import Appeal, BoardRequest, Case, JoinRequest
from moderation.models.lanes import OF_ANY_FACET, lanes
from moderation.models.log import ABOUT_MEMBERS
from moderation.queue import STAFF_QUEUE
from paging import AmongGiven, Given, planned, prepared

CASES = "moderation_case_changelist"
# As their pages name them, in the order in which the desk shows them.
QUEUES = (*Case.Kind.values, "appeals", "joins", STAFF_QUEUE, "boards")
# Of the open appeals of all boards so many, the oldest, are looked at for those left to the staff.
APPEALS_READ = 200


class Desk(NamedTuple):
    """Where it is ("" for who has none), and how much waits there."""

    url: str = ""
    waiting: str = "0"


class _Counted(Subquery):
    """How many rows a query gives, which says itself how many are enough."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class _Offices(NamedTuple):
    """The boards of whose texts they decide, and of whose members; whether they look after any."""

    texts: list[int]
    people: list[int]
    any_board: bool


@planned
def _letters(member: Given) -> "QuerySet[Member, Any]":
    """How many are unread, with each board that the member looks after: most have none."""
    office = "moderator_set"
    bans = Ban.objects.in_force().filter(
        member=member, is_mute=False, board=OuterRef(f"{office}__board")
    )
    powers = [f"{office}__{name}" for name in ("is_owner", "may_content", "may_members")]
    me = Member.objects.filter(pk=member)
    return me.values_list(_Counted(unread(member)), Exists(bans), f"{office}__board", *powers)


@prepared
def _waiting(
    passed_on: bool, asked: bool, left: bool, texts: Given, people: Given, member: Given
) -> "QuerySet[Member, Any]":
    """How many others than they left to them on these boards, for each of QUEUES.

    Staff look after what was `passed_on`, after what is `asked` of the site, and after the appeals
    that are `left` to them, since nobody else on the board may decide them.
    """
    of_texts, of_people = Q(AmongGiven("board_id", texts)), Q(AmongGiven("board_id", people))
    own: Any = member
    cases = Case.objects.open().not_about(own)
    about_members = Q(act__verb__in=ABOUT_MEMBERS)
    theirs = (about_members & of_people) | (~about_members & of_texts)
    appeals = Appeal.objects.filter(
        theirs | _left() if left else theirs,
        Q(act__actor=None) | ~Q(act__actor=member),
        ~Q(member=member),
        state=Appeal.State.OPEN,
    )
    boards = BoardRequest.objects.all() if asked else BoardRequest.objects.none()
    waiting = [
        *(
            cases.filter(of_texts, OF_ANY_FACET, lane__in=lanes([kind], [False]))
            for kind in Case.Kind.values
        ),
        appeals,
        JoinRequest.objects.filter(of_people, decided_at__isnull=True),
        cases.filter(OF_ANY_FACET, lane__in=lanes(for_staff=[True])) if passed_on else cases.none(),
        boards.filter(decided_at__isnull=True),
    ]
    some = [rows.order_by().values("pk")[: MOST + 1] for rows in waiting]
    return Member.objects.filter(pk=member).values_list(*map(_count, some))


def _left() -> Q:
    oldest = Appeal.objects.filter(state=Appeal.State.OPEN).order_by("created_at", "pk")
    return Q(pk__in=oldest.values("pk")[:APPEALS_READ]) & left_to_staff()


def _count(rows: QuerySet[Any]) -> Any:
    return Value(0) if rows.query.is_empty() else _Counted(rows)


def waiting(request: HttpRequest) -> dict[str, object]:
    """Asked of the database only by a page that shows it; twice for who has a desk, else once."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_letters": 0, "desk": Desk()}

    @cache
    def letters() -> list[Any]:
        return _letters.rows(member=user.pk)

    return {
        "unread_letters": SimpleLazyObject(lambda: _told(letters()[0][0]) if letters() else 0),
        "desk": SimpleLazyObject(lambda: _desk(user, _offices(letters()))),
    }


def _told(count: int) -> int | str:
    return count if count <= MOST else f"{MOST}+"


def _offices(rows: list[Any]) -> _Offices:
    """Who is banned from a board looks after nothing there meanwhile."""
    held = [row[2:] for row in rows if row[2] is not None and not row[1]]
    return _Offices(
        [board for board, owner, content, _people in held if owner or content],
        [board for board, owner, _content, people in held if owner or people],
        bool(held),
    )


def _desk(member: Any, offices: _Offices) -> Desk:
    """It opens at the first queue in which something waits."""
    role = member.has_a_role
    if not offices.any_board and not role:
        return Desk()
    passed_on = role and member.has_perm("moderation.view_case")
    asked = role and member.has_perm("moderation.view_boardrequest")
    left = role and member.has_perm("moderation.view_appeal")
    page = reverse(f"admin:{CASES if offices.texts or passed_on else 'index'}")
    if not (offices.any_board or passed_on or asked or left):
        return Desk(page)
    rows = _waiting.rows(
        passed_on, asked, left, texts=offices.texts, people=offices.people, member=member.pk
    )
    counts = dict(zip(QUEUES, *rows, strict=True)) if rows else {}
    first = next((name for name, count in counts.items() if count), QUEUES[0])
    if first != QUEUES[0]:
        page = f"{reverse(f'admin:{CASES}')}?queue={first}"
    return Desk(page, str(_told(sum(counts.values()))))
