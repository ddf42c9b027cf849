"""The queues that have no cases: what was removed, appeals, requests, and bans that end soon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boards.models import Ban
from moderation.models import Act, Appeal, BoardRequest, JoinRequest
from moderation.models.log import Verb
from moderation.queue.pages import first_page
from paging import Page

EXPIRING_WITHIN = timedelta(days=3)


class _Written(Value):
    """A word that stands in the SQL itself: SQLite knows a partial index again by that alone."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"'{self.value}'", []


REMOVALS = (_Written(Verb.REMOVE.value), _Written(Verb.SPAM.value))


@dataclass(frozen=True)
class Source:
    """Whose rows wait, which of them, in what order, and what their cards show beside."""

    model: Any
    label: str | Promise
    which: Callable[[], Q]
    related: tuple[str, ...]
    column: str = "created_at"
    ascending: bool = True

    def page(self, boards: set[int] | None, narrowed: Q, after: str) -> Page[Any]:
        """A page of those of all boards (None) or of these."""
        return first_page(
            self.model._default_manager.filter(self.which(), narrowed),
            {} if boards is None else {"board": boards},
            column=self.column,
            ascending=self.ascending,
            after=after,
            dress=lambda rows: rows.select_related(*self.related),
        )


def removed() -> Q:
    """Acts by which a text is removed still: it may be shown again without an undoing act."""
    still = Q(post__removed_at__isnull=False) | Q(comment__removed_at__isnull=False)
    # No join: for one, SQLite would rather go through the whole log.
    undone = Exists(Act.objects.filter(undoes=OuterRef("pk")))
    return Q(verb__in=REMOVALS) & still & ~Q(undone)


def ending() -> Q:
    now = timezone.now()
    return Q(until__gt=now, until__lt=now + EXPIRING_WITHIN)


SOURCES: dict[str, Source] = {
    "removed": Source(
        Act,
        gettext_lazy("removed"),
        removed,
        ("board", "actor", "member", "post__board", "comment__post__board"),
        column="at",
        ascending=False,
    ),
    "appeals": Source(
        Appeal,
        gettext_lazy("appeals"),
        lambda: Q(state=Appeal.State.OPEN),
        ("board", "member", "act__actor", "act__board"),
    ),
    "joins": Source(
        JoinRequest,
        gettext_lazy("requests to join"),
        lambda: Q(decided_at__isnull=True),
        ("board", "member"),
    ),
    "bans": Source(
        Ban, gettext_lazy("bans that end soon"), ending, ("board", "member"), column="until"
    ),
    "boards": Source(
        BoardRequest,
        gettext_lazy("requests for boards"),
        lambda: Q(decided_at__isnull=True),
        ("board", "member"),
    ),
}
