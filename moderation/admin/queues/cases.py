"""The queues of cases: reported, held, edited, and passed on to the staff."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.admin import staff_member
from boards.models import Power, is_site_staff
from moderation import queue
from moderation.actions import cases, desk, offers, refusals
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.admin.queues.base import Failure, Queue, by_author, first_line
from moderation.admin.queues.deeds import CASE_DEEDS, Deed, of_case
from moderation.admin.queues.filters import filters
from moderation.models import Case
from paging import Page


class CaseQueue(Queue):
    model = Case
    card_template = "admin/moderation/case/_case.html"
    permission = "moderation.change_case"

    def may_view(self, request: HttpRequest) -> bool:
        if self.name == queue.STAFF_QUEUE and not self.admin.is_free(request):
            return False
        return super().may_view(request)

    def deeds(self) -> list[Deed]:
        return list(CASE_DEEDS)

    def filters(self, request: HttpRequest, wish: queue.Wish) -> list[Any]:
        return filters(wish, self.boards(request))

    def page(self, request: HttpRequest, wish: queue.Wish) -> Page[Any]:
        return queue.page(request.user, self.boards(request), wish)

    def cards(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        made = queue.cards(rows)
        high = self._too_high(request, rows)
        for card in made:
            left_out = desk.RANKED if card.subject in high else frozenset()
            deeds = self.deeds_of(request, card.case)
            card.deeds = [deed for deed in deeds if deed.name not in left_out]  # type: ignore[attr-defined]
        return made

    def _too_high(self, request: HttpRequest, rows: list[Case]) -> set[tuple[int, int]]:
        subjects = [(case.author, case.board) for case in rows if case.author]
        return offers.too_high(subjects, staff_member(request))

    def unfit(self, request: HttpRequest, deed: str, rows: list[Any]) -> list[Failure]:
        """What another decided meanwhile, and what is of somebody too high for them."""
        found: list[Failure] = []
        high = self._too_high(request, rows) if deed in desk.RANKED else set()
        for case in rows:
            if case.closed_at is not None:
                found.append((case, ValidationError(desk.who_did(case), code="decided")))
            elif case.author and (case.author.pk, case.board_id) in high:
                found.append((case, refusals.too_low()))
        return found

    def is_decided_by(self, request: HttpRequest, ids: set[int]) -> bool:
        theirs = Case.objects.filter(pk__in=ids, closed_at__isnull=False, closed_by=request.user.pk)
        return theirs.count() == len(ids)

    def deeds_of(self, request: HttpRequest, case: Case) -> list[Deed]:
        """Of what was passed on to the staff, moderators do no more than write a note."""
        deeds = [] if case.closed_at else of_case(case)
        if case.for_staff and not is_site_staff(request.user):
            return [deed for deed in deeds if deed.name == "note"]
        return deeds

    def chosen(self, request: HttpRequest, ids: set[int]) -> list[Any]:
        """PermissionDenied if there are others among them."""
        rows: Any = self.actable(request)
        found = list(rows.filter(pk__in=ids).with_targets().order_by("pk"))
        if len(found) != len(ids):
            raise PermissionDenied
        return found

    def name_of(self, row: Any) -> str:
        if row.comment:
            return by_author(row.author and row.author.username, first_line(row.comment))
        return row.post.title if row.post else str(row.member)

    def told(self, row: Any) -> str:
        author = row.post and row.author
        names = [Truncator(self.name_of(row)).chars(120), author and author.username]
        return " · ".join(str(one) for one in [*names, f"b/{row.board.name}"] if one)

    def do(self, row: Any, by: By, deed: str, said: Wishes) -> None:
        by.require(row.board, Power.CONTENT)
        if deed == "claim":
            if by.actor is None or not cases.claim(row, by.actor):
                raise ValidationError(_("Somebody else looks at it, or decided it."))
        elif deed == "release":
            cases.release(row, by)
        elif deed == "sweep":
            desk.sweep(row, by, said)
        else:
            desk.decide(row, by, deed, said)
