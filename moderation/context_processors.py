"""What waits for a member, for the bar on every page: letters, and the desk of who moderates."""

from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Member
from boards.models import Ban, Moderator
from inbox.unread import MOST, unread
from moderation.models import Appeal, Case, JoinRequest
from moderation.models.lanes import lanes
from moderation.models.log import ABOUT_MEMBERS
from paging import Given, prepared


class Desk(NamedTuple):
    """Where it is ("" for who has none), and how much waits there."""

    url: str = ""
    waiting: str = "0"


class _Counted(Subquery):
    """How many rows a query gives, which says itself how many are enough."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@prepared
def _letters(member: Given) -> "QuerySet[Member, Any]":
    """How many are unread, and whether the member looks after a board: most do not."""
    offices = Moderator.objects.filter(member=member)
    me = Member.objects.filter(pk=member)
    return me.values_list(_Counted(unread(member)), Exists(offices))


@prepared
def _waiting(member: Given) -> "QuerySet[Member, Any]":
    """Whether they look after texts, whether after any board, and all that waits on theirs."""
    bans = Ban.objects.in_force().filter(member=member, is_mute=False, board=OuterRef("board"))
    offices = Moderator.objects.filter(~Exists(bans), member=member)
    content = offices.filter(Q(is_owner=True) | Q(may_content=True))
    texts = Q(board__in=content.values("board"))
    people = offices.filter(Q(is_owner=True) | Q(may_members=True)).values("board")
    members = Q(board__in=people)
    cases = Case.objects.open().filter(texts, lane__in=lanes(for_staff=[False]))
    about_members = Q(act__verb__in=ABOUT_MEMBERS)
    appeals = Appeal.objects.filter(
        (about_members & members) | (~about_members & texts),
        Q(act__actor=None) | ~Q(act__actor=member),
        ~Q(member=member),
        state=Appeal.State.OPEN,
    )
    joins = JoinRequest.objects.filter(members, decided_at__isnull=True)
    others: Any = member
    counted = (cases.not_about(others), appeals, joins)
    some = [rows.order_by().values("pk")[: MOST + 1] for rows in counted]
    me = Member.objects.filter(pk=member)
    return me.values_list(Exists(content), Exists(offices), *map(_Counted, some))


def waiting(request: HttpRequest) -> dict[str, object]:
    """Asked of the database only by a page that shows it; twice for who moderates, else once."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_letters": 0, "desk": Desk()}

    @cache
    def letters() -> tuple[int, bool]:
        [found] = _letters.rows(member=user.pk) or [(0, False)]
        return found[0], bool(found[1])

    return {
        "unread_letters": SimpleLazyObject(lambda: _told(letters()[0])),
        "desk": SimpleLazyObject(lambda: _desk(user) if letters()[1] else Desk()),
    }


def _told(count: int) -> int | str:
    return count if count <= MOST else f"{MOST}+"


def _desk(member: Any) -> Desk:
    for content, any_board, *counts in _waiting.rows(member=member.pk):
        page = "admin:moderation_case_changelist" if content else "admin:index"
        if any_board:
            return Desk(reverse(page), str(_told(sum(counts))))
    return Desk()
