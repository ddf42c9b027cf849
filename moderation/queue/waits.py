"""What waits at the desk, and how much of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import is_site_staff
from moderation.models import Case
from moderation.models.lanes import EITHER, lanes
from moderation.queue.cases import STAFF_QUEUE, Wish
from moderation.queue.others import SOURCES

COUNTED_AT_MOST = 99


@dataclass(frozen=True)
class Waiting:
    """A queue, and how many wait in it ("99+" for more than that)."""

    name: str
    label: str
    count: str
    url: str


def counts(request: HttpRequest, site: AdminSite, wish: Wish | None = None) -> list[Waiting]:
    """The queues that somebody may see; how many wait there of the board that they look at.

    Whoever goes to another queue takes along what they narrowed this one by.
    """
    kept = wish.query if wish else {}
    boards = wish.boards(None) if wish else None
    of_boards = Q() if boards is None else Q(board__in=boards)
    # What moderators passed on is theirs no more; the staff see it in both queues.
    staff = is_site_staff(request.user)
    theirs = EITHER if staff else [False]
    asked: list[tuple[str, Any, Any, Q]] = [
        *((kind.value, kind.label, Case, _open(lanes([kind.value], theirs))) for kind in Case.Kind),
        *((name, one.label, one.model, one.which()) for name, one in SOURCES.items()),
    ]
    if staff:
        passed_on = _open(lanes(for_staff=[True]))
        asked.insert(-1, (STAFF_QUEUE, _("passed on"), Case, passed_on))
    page = reverse("admin:moderation_case_changelist")
    found = []
    for name, label, model, which in asked:
        rows = site.get_model_admin(model)
        if rows.has_view_permission(request):
            some = (
                rows.get_queryset(request).select_related(None).filter(which, of_boards).order_by()
            )
            count = some[: COUNTED_AT_MOST + 1].count()
            told = f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)
            found.append(
                Waiting(name, str(label), told, f"{page}?{urlencode(kept | {'queue': name})}")
            )
    return found


def _open(wanted: set[int]) -> Q:
    """The open cases of these lanes."""
    return Q(closed_at=None, lane__in=wanted)
