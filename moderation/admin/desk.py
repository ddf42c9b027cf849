"""The review queue, the front of the desk."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import Board, Power
from moderation import queue
from moderation.actions.log import By
from moderation.actions.undo import can_undo
from moderation.admin import acting, muting
from moderation.admin.lists import not_there
from moderation.admin.queues import Queue, queue_of
from moderation.models import Act, Case
from moderation.models.log import ABOUT_MEMBERS
from moderation.scope import BOARDS_LISTED, Scoped, acts_everywhere, scope_of
from moderation.taking_back import take_back
from paging.ids import id_of


@admin.register(Case)
class CaseAdmin(Scoped, ViewOnlyAdmin):
    """One card a target, with its reports, or a row that waits; acted on alone or many at once."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Nobody sees what is reported of themselves."""
        rows: Any = super().get_queryset(request)
        found: QuerySet[Case] = rows.not_about(staff_member(request))
        return found

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        wish = queue.Wish.of(asked)
        here = queue_of(wish.queue, self.admin_site)
        if not here.may_view(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, here, wish)
        if "undo" in request.POST:
            return self._undo(request)
        if "mute" in request.POST:
            return muting.mute(self, request, self._way_back(request))
        if "hear" in request.POST:
            return muting.hear(self, request, self._way_back(request))
        if missing := acting.missing(request, here):
            self.message_user(request, missing, messages.WARNING)
            sent_by = replace(self._sent_by(request), queue=wish.queue, after=wish.after)
            return self._page(request, here, sent_by)
        return acting.act(self, request, here, self._way_back(request))

    def _page(self, request: HttpRequest, here: Queue, wish: queue.Wish) -> HttpResponse:
        found = here.page(request, wish)
        return self._show(request, here, found.rows, wish, after=found.after)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One case: its card, with the same buttons."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        case = self.get_object(request, object_id)
        if case is None:
            return not_there(self, request, object_id)
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        one = Case.objects.with_targets().get(pk=case.pk)
        wish = queue.Wish(queue=one.kind)
        here = queue_of(one.kind, self.admin_site)
        return self._show(request, here, [one], wish, after="", alone=True)

    def _show(
        self,
        request: HttpRequest,
        here: Queue,
        found: list[Any],
        wish: queue.Wish,
        *,
        after: str,
        alone: bool = False,
    ) -> HttpResponse:
        cards = here.cards(request, found)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Review queue"),
            "waits": queue.counts(request, self.admin_site, None if alone else wish),
            "wish": wish,
            "alone": alone,
            "cards": cards,
            "card_template": here.card_template,
            "deeds": cards[0].deeds if alone else here.deeds(),
            "boards": self._boards_to_choose(request, here),
            "next": urlencode(wish.query | {"after": after}) if after else "",
            "filters": [] if alone else here.filters(request, wish),
            "undo": self._undoable(request),
            "muted": muting.just_muted(self, request),
            "action": request.POST.get("action", ""),
            "ticked": {id_of(pk) for pk in request.POST.getlist("_selected_action")},
        }
        return TemplateResponse(request, "admin/moderation/case/queue.html", context)

    def _boards_to_choose(self, request: HttpRequest, here: Queue) -> Any:
        boards = Board.objects.order_by("name")
        theirs = here.boards(request)
        if theirs is not None:
            boards = boards.filter(pk__in=theirs)
        return boards.values_list("pk", "name")[:BOARDS_LISTED]

    # --- What was just done

    def _undoable(self, request: HttpRequest) -> tuple[UUID, int] | None:
        """The batch that was just done, where it can be taken back."""
        batch = _uuid(request.GET.get("did", ""))
        acts = Act.objects.filter(batch=batch, actor=request.user.pk, undone_by__isnull=True)
        count = len(can_undo(acts)) if batch else 0
        return (batch, count) if batch and count else None

    def _undo(self, request: HttpRequest) -> HttpResponse:
        batch = _uuid(request.POST["undo"])
        if batch is None:
            raise PermissionDenied
        by = By(staff_member(request))
        acts = Act.objects.filter(batch=batch).select_related("board")
        powers = {
            (act.board, Power.MEMBERS if act.verb in ABOUT_MEMBERS else Power.CONTENT)
            for act in acts
        }
        if not powers:
            raise PermissionDenied
        for board, power in powers:
            self._require_staff_or_office(request, board, power)
            by.require(board, power)
        self.message_user(request, take_back(batch, by))
        return redirect(self._way_back(request))

    def _require_staff_or_office(self, request: HttpRequest, board: Board, power: Power) -> None:
        if acts_everywhere(request, power, "moderation.change_case"):
            return
        if board.pk not in scope_of(request).boards(power):
            raise PermissionDenied

    def _way_back(self, request: HttpRequest) -> str:
        """The page of the queue that sent the form."""
        front = reverse("admin:moderation_case_changelist")
        return f"{front}?{urlencode(self._sent_by(request).query)}"

    def _sent_by(self, request: HttpRequest) -> queue.Wish:
        return queue.Wish.of(dict(_pairs(request.POST.get("back", ""))))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _pairs(query: str) -> list[tuple[str, str]]:
    """What a query string says, without what is no part of one."""
    return [(name, value) for name, value in parse_qsl(query) if name.isidentifier()]
