"""The queues that have no cases, and whose rows are decided by themselves."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.admin import staff_member
from moderation import queue
from moderation.actions.batches import removed_with, swept_with
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.offers import refused_acts
from moderation.admin.forms import shorter_than
from moderation.admin.queues.base import Queue, by_author
from moderation.admin.queues.deeds import ROW_DEEDS, Deed
from moderation.models import Appeal
from moderation.models.log import Verb
from paging import Page

CARDS = {
    "removed": "removed",
    "appeals": "appeal",
    "joins": "request",
    "boards": "request",
    "bans": "ban",
}


class RowQueue(Queue):
    """Rows of acts, appeals, requests and bans; see moderation.queue.others."""

    def __init__(self, name: str, rows_admin: Any) -> None:
        super().__init__(name, rows_admin)
        self.source = queue.SOURCES[name]
        self.model = self.source.model
        self.card_template = f"admin/moderation/case/_{CARDS[name]}.html"
        # Bans are lifted, and the others decided.
        deed = "delete" if name == "bans" else "change"
        self.permission = f"{self.model._meta.app_label}.{deed}_{self.model._meta.model_name}"

    def deeds(self) -> list[Deed]:
        return [one.deed for one in ROW_DEEDS[self.name]]

    def page(self, request: HttpRequest, wish: queue.Wish) -> Page[Any]:
        return self.source.page(wish.boards(self.boards(request)), Q(), wish.after)

    def cards(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        mine = set(self.actable(request).filter(pk__in=[row.pk for row in rows]).values_list("pk"))
        made = queue.row_cards(rows)
        for card in made:
            allowed = (card.row.pk,) in mine
            card.deeds = self.deeds_of(request, card.row) if allowed else []  # type: ignore[attr-defined]
        return made

    def deeds_of(self, request: HttpRequest, row: Any) -> list[Deed]:
        return self.deeds()

    def chosen(self, request: HttpRequest, ids: set[int]) -> list[Any]:
        """Those that wait still; of what is gone or of other boards nothing is told."""
        waiting = self.actable(request).filter(self.source.which(), pk__in=ids)
        return list(waiting.select_related(*self.source.related).order_by("pk"))

    def name_of(self, row: Any) -> str:
        return row.member.username if row.member else _("Somebody whose account is gone")

    def told(self, row: Any) -> str:
        return f"{self.name_of(row)} · b/{row.board.name}"

    def do(self, row: Any, by: By, deed: str, said: Wishes) -> Any:
        known = {one.deed.name: one for one in ROW_DEEDS[self.name]}
        return known[deed].do(row, by, said)


class Removed(RowQueue):
    def name_of(self, row: Any) -> str:
        if row.comment_id:
            return by_author(row.member and row.member.username, row.snapshot)
        return row.title or super().name_of(row)

    def cards(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """What somebody higher removed is not offered to be restored, and says so."""
        made = super().cards(request, rows)
        refused = refused_acts(staff_member(request), rows)
        together = removed_with(rows)
        for card in made:
            card.refusal = refused.get(card.row.pk, "") if card.deeds else ""
            card.deeds = [] if card.refusal else card.deeds
            card.together = together.get(card.row.batch, 0)
        return made

    def told(self, row: Any) -> str:
        author = "" if row.comment_id else f"{super().name_of(row)} · "
        return f"{Truncator(self.name_of(row)).chars(120)} · {author}b/{row.board.name}"


class Appeals(RowQueue):
    """Decided by another than who acted."""

    def is_decided_by(self, request: HttpRequest, ids: set[int]) -> bool:
        return Appeal.objects.filter(pk__in=ids, decided_by=request.user.pk).count() == len(ids)

    def boards(self, request: HttpRequest) -> set[int] | None:
        found: set[int] | None = self.admin.boards(request)
        return found

    def page(self, request: HttpRequest, wish: queue.Wish) -> Page[Any]:
        narrowed = Q() if self.admin.is_free(request) else self.admin.within(request)
        return self.source.page(wish.boards(self.boards(request)), narrowed, wish.after)

    def deeds_of(self, request: HttpRequest, row: Any) -> list[Deed]:
        act = row.act
        if request.user.pk in (act.actor_id, act.member_id):
            return []
        milder = act.verb in (Verb.MUTE, Verb.BAN) and shorter_than(act.until)
        return [deed for deed in self.deeds() if milder or deed.name != "reduce"]

    def cards(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """With how many texts went with a ban."""
        made = super().cards(request, rows)
        swept = swept_with(row.act for row in rows)
        for card in made:
            card.swept = swept.get(card.row.act_id, 0)
        return made

    def do(self, row: Any, by: By, deed: str, said: Wishes) -> Any:
        """How many texts it brings back."""
        if deed == "reduce" and said.until is None:
            raise ValidationError(_("Say until when."), code="until")
        row.brought_back = super().do(row, by, deed, said)
        return row.brought_back


KINDS: dict[str, type[RowQueue]] = {"removed": Removed, "appeals": Appeals}
