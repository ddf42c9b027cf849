"""The review queue, the front of the desk."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import Board, Power
from moderation import queue
from moderation.actions import cases, desk, reports
from moderation.actions.batches import undo_batch
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.undo import can_undo
from moderation.admin.forms import ASKS, DeedForm
from moderation.admin.rows import ABOUT_MEMBERS, not_there
from moderation.models import Act, Case, Report
from moderation.scope import BOARDS_LISTED, Scoped, scope_of

# Each with its key, and whether a card has a button for it; the menu has all.
DEEDS: list[tuple[str, Any, str, bool]] = [
    ("approve", gettext_lazy("Approve"), "a", True),
    ("ignore", gettext_lazy("Approve, and ignore reports until it is edited"), "", False),
    ("remove", gettext_lazy("Remove"), "r", True),
    ("spam", gettext_lazy("Spam"), "s", True),
    ("lock", gettext_lazy("Lock"), "l", True),
    ("pin", gettext_lazy("Pin"), "", False),
    ("nsfw", gettext_lazy("Label NSFW"), "", False),
    ("spoiler", gettext_lazy("Label spoiler"), "", False),
    ("warn", gettext_lazy("Warn the author"), "", False),
    ("mute", gettext_lazy("Mute the author"), "", False),
    ("ban", gettext_lazy("Ban"), "b", True),
    ("note", gettext_lazy("Note"), "n", True),
    ("claim", gettext_lazy("Claim"), "c", True),
    ("release", gettext_lazy("Release"), "", False),
    ("pass_on", gettext_lazy("Pass to the staff"), "", False),
]
LABELS = {name: label for name, label, _key, _button in DEEDS}
# These are done to a text, and mean nothing on the card of a member.
OF_TEXTS = frozenset({"remove", "spam", "lock", "pin", "nsfw", "spoiler"})
CHOSEN_AT_MOST = 100


@admin.register(Case)
class CaseAdmin(Scoped, ViewOnlyAdmin):
    """One card a target, with its reports; acted on alone or many at once."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request)
        if "undo" in request.POST:
            return self._undo(request)
        if "mute" in request.POST:
            return self._mute(request)
        return self._act(request)

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
        return self._show(request, [one], queue.Wish(queue=one.kind), after="", alone=True)

    # --- Looking

    def _boards(self, request: HttpRequest) -> set[int] | None:
        """None where they see those of every board."""
        return None if self.is_free(request) else scope_of(request).boards(self.power)

    def _page(self, request: HttpRequest) -> HttpResponse:
        wish = queue.Wish.of(request.GET)
        if wish.queue == queue.STAFF_QUEUE and not self.is_free(request):
            raise PermissionDenied
        found = queue.page(request.user, self._boards(request), wish)
        return self._show(request, found.rows, wish, after=found.after)

    def _show(
        self,
        request: HttpRequest,
        found: list[Case],
        wish: queue.Wish,
        *,
        after: str,
        alone: bool = False,
    ) -> HttpResponse:
        boards = Board.objects.order_by("name")
        if not self.is_free(request):
            boards = boards.filter(pk__in=self._boards(request) or ())
        cards = queue.cards(found)
        for card in cards:
            mine = [one for one in DEEDS if one[3]]
            card.buttons = [  # type: ignore[attr-defined]
                one for one in mine if card.case.content or one[0] not in OF_TEXTS
            ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Review queue"),
            "waits": queue.counts(request, self.admin_site),
            "wish": wish,
            "alone": alone,
            "cards": cards,
            "deeds": DEEDS,
            "boards": boards.values_list("pk", "name")[:BOARDS_LISTED],
            "next": urlencode(wish.query | {"after": after}) if after else "",
            "filters": FILTERS,
            "here": self._address(wish),
            "undo": self._undoable(request),
        }
        return TemplateResponse(request, "admin/moderation/case/queue.html", context)

    def _address(self, wish: queue.Wish) -> str:
        return f"{reverse('admin:moderation_case_changelist')}?{urlencode(wish.query)}"

    def _undoable(self, request: HttpRequest) -> tuple[UUID, int] | None:
        """The batch that was just done, where it can be taken back."""
        batch = _uuid(request.GET.get("did", ""))
        acts = Act.objects.filter(batch=batch, actor=request.user.pk, undone_by__isnull=True)
        count = len(can_undo(acts)) if batch else 0
        return (batch, count) if batch and count else None

    # --- Acting

    def _act(self, request: HttpRequest) -> HttpResponse:
        deed, chosen = self._asked(request)
        if deed not in LABELS:
            raise BadRequest(_("Choose what to do."))
        found = self._chosen(request, chosen)
        if not found:
            self.message_user(request, _("Choose a card first."), messages.WARNING)
            return redirect(self._way_back(request))
        wishes = Wishes()
        if deed in ASKS:
            form = self._form(request, deed, found)
            if not form.is_bound or not form.is_valid():
                return self._confirm(request, deed, found, form)
            said = form.cleaned_data
            wishes = Wishes(said.get("reason", ""), said.get("note", ""), said["until"])
        return self._do(request, deed, found, wishes)

    def _asked(self, request: HttpRequest) -> tuple[str, list[str]]:
        """What to do to which: by the button of a card, or by the menu for those ticked."""
        one = request.POST.get("one", "")
        if one:
            deed, _colon, pk = one.partition(":")
            return deed, [pk]
        return request.POST.get("action", ""), request.POST.getlist("_selected_action")

    def _chosen(self, request: HttpRequest, chosen: Sequence[str]) -> list[Case]:
        """The cases, on boards where they may act; PermissionDenied if there are others."""
        if len(chosen) > CHOSEN_AT_MOST or not all(pk.isdecimal() for pk in chosen):
            raise BadRequest(_("Choose fewer."))
        ids = {int(pk) for pk in chosen if len(pk) <= 18}
        found = list(self._actable(request).filter(pk__in=ids).with_targets().order_by("pk"))
        if len(found) != len(set(chosen)):
            raise PermissionDenied
        return found

    def _actable(self, request: HttpRequest) -> Any:
        free = request.user.is_staff and request.user.has_perm("moderation.change_case")
        rows: QuerySet[Case] = Case.objects.all()
        return rows if free else rows.filter(self.within(request))

    def _form(self, request: HttpRequest, deed: str, found: list[Case]) -> DeedForm:
        boards = {case.board_id for case in found}
        if "confirmed" in request.POST:
            return DeedForm(deed, boards, request.POST)
        form = DeedForm(deed, boards)
        nth = request.POST.get("nth", "")
        if nth.isdecimal() and "template" in form.fields:
            field: Any = form.fields["template"]
            picked = field.queryset[max(0, int(nth[:1]) - 1) :].first() if int(nth[:1]) else None
            if picked is not None:
                form.initial.update(template=picked.pk, reason=picked.text)
        return form

    def _confirm(
        self, request: HttpRequest, deed: str, found: list[Case], form: DeedForm
    ) -> HttpResponse:
        templates: Any = form.fields.get("template")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": LABELS[deed],
            "deed": deed,
            "found": found,
            "form": form,
            "templates": templates.queryset if templates else (),
            "next": self._way_back(request),
        }
        return TemplateResponse(request, "admin/moderation/case/confirm.html", context)

    def _do(
        self, request: HttpRequest, deed: str, found: list[Case], wishes: Wishes
    ) -> HttpResponse:
        member, batch = staff_member(request), uuid4()
        by = By(member, batch=batch)
        done = 0
        for case in found:
            try:
                self._do_one(case, by, deed, wishes)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                said = error.messages if isinstance(error, ValidationError) else [str(error)]
                self.message_user(request, f"{case}: {' '.join(said)}", messages.WARNING)
        if done:
            said_done = ngettext("%(deed)s: %(n)d card.", "%(deed)s: %(n)d cards.", done)
            self.message_user(request, said_done % {"deed": LABELS[deed], "n": done})
        back = self._way_back(request)
        return redirect(f"{back}{'&' if '?' in back else '?'}did={batch}" if done else back)

    def _do_one(self, case: Case, by: By, deed: str, wishes: Wishes) -> None:
        by.require(case.board, Power.CONTENT)
        if deed == "claim":
            if not cases.claim(case, by.actor):  # type: ignore[arg-type]
                raise ValidationError(_("Somebody else looks at it, or decided it."))
        elif deed == "release":
            cases.release(case, by)
        else:
            desk.decide(case, by, deed, wishes)

    def _undo(self, request: HttpRequest) -> HttpResponse:
        batch = _uuid(request.POST["undo"])
        by = By(staff_member(request))
        acts = list(Act.objects.filter(batch=batch).select_related("board")) if batch else []
        if not acts:
            raise PermissionDenied
        for board, about_members in {(act.board, act.verb in ABOUT_MEMBERS) for act in acts}:
            self._require_staff_or_office(request, board)
            by.require(board, Power.MEMBERS if about_members else Power.CONTENT)
        done, left = undo_batch(batch, by)  # type: ignore[arg-type]
        said = _("Taken back: %(done)d; not taken back: %(left)d.")
        self.message_user(request, said % {"done": done, "left": left})
        return redirect(self._way_back(request))

    def _require_staff_or_office(self, request: HttpRequest, board: Board) -> None:
        """Staff without the permission have no more here than a moderator has."""
        if request.user.is_staff and request.user.has_perm("moderation.change_case"):
            return
        if board.pk not in scope_of(request).boards(Power.CONTENT):
            raise PermissionDenied

    def _mute(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST["mute"]
        found = Report.objects.filter(case__in=self._actable(request)).select_related(
            "case__board", "reporter"
        )
        report = found.filter(pk=int(asked)).first() if asked.isdecimal() else None
        if report is None:
            raise PermissionDenied
        By(staff_member(request)).require(report.case.board, Power.CONTENT)
        reports.mute_reporter(report)
        name = queue.handle(report.case.board_id, report.reporter_id)
        self.message_user(request, _("Reports of %(name)s count no more.") % {"name": name})
        return redirect(self._way_back(request))

    def _way_back(self, request: HttpRequest) -> str:
        """The page of the queue that sent the form."""
        front = reverse("admin:moderation_case_changelist")
        query = request.POST.get("back", "")
        wish = queue.Wish.of(dict(_pairs(query)))
        return f"{front}?{urlencode(wish.query)}"


FILTERS: list[tuple[str, Any, list[tuple[str, Any]]]] = [
    (
        "about",
        gettext_lazy("kind"),
        [
            ("", gettext_lazy("all")),
            ("post", gettext_lazy("posts")),
            ("comment", gettext_lazy("comments")),
            ("member", gettext_lazy("members")),
        ],
    ),
    (
        "source",
        gettext_lazy("from"),
        [
            ("", gettext_lazy("all")),
            ("members", gettext_lazy("members")),
            ("rules", gettext_lazy("rules")),
        ],
    ),
    (
        "claimed",
        gettext_lazy("claimed"),
        [("", gettext_lazy("all")), ("me", gettext_lazy("by me")), ("free", gettext_lazy("free"))],
    ),
    (
        "age",
        gettext_lazy("waiting for"),
        [
            ("", gettext_lazy("all")),
            ("day", gettext_lazy("a day or more")),
            ("week", gettext_lazy("a week or more")),
            ("month", gettext_lazy("a month or more")),
        ],
    ),
    (
        "order",
        gettext_lazy("first"),
        [("", gettext_lazy("oldest")), ("reports", gettext_lazy("most reported"))],
    ),
]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _pairs(query: str) -> list[tuple[str, str]]:
    """What a query string says, without what is no part of one."""
    return [(name, value) for name, value in parse_qsl(query) if name.isidentifier()]
