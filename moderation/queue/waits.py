"""What waits at the desk, and how much of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.admin import AdminSite
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.models import Ban
from moderation.models import Act, Appeal, BoardRequest, Case, JoinRequest
from moderation.models.log import Verb
from moderation.queue.cases import STAFF_QUEUE

COUNTED_AT_MOST = 99
EXPIRING_WITHIN = timedelta(days=3)


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
