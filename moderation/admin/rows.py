"""The mod log, appeals, bans, reports and what boards set, in the admin."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import Ban, Power
from moderation import queue
from moderation.actions import appeals, people, undo
from moderation.actions.log import By
from moderation.models import (
    Act,
    Appeal,
    AutoRule,
    BoardRequest,
    DeskSettings,
    JoinRequest,
    MutedReporter,
    Note,
    ReasonTemplate,
    Report,
)
from moderation.models.log import APPEAL_MAX_LENGTH, Verb
from moderation.scope import BoardFilter, Scoped, scope_of

ABOUT_MEMBERS = (Verb.WARN, Verb.MUTE, Verb.BAN, Verb.LIFT)


class Choice(admin.SimpleListFilter):
    """A filter of one choice, and all."""

    choice: tuple[str, Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [self.choice]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.which()) if self.value() == self.choice[0] else queryset

    def which(self) -> Q:
        raise NotImplementedError


class RemovedFilter(Choice):
    title, parameter_name = gettext_lazy("what"), "what"
    choice = ("removed", gettext_lazy("removed, and not taken back"))

    def which(self) -> Q:
        return Q(verb__in=[Verb.REMOVE, Verb.SPAM], undone_by__isnull=True)


class EndsFilter(Choice):
    title, parameter_name = gettext_lazy("end"), "ends"
    choice = ("soon", gettext_lazy("soon"))

    def which(self) -> Q:
        now = timezone.now()
        return Q(until__gt=now, until__lt=now + queue.EXPIRING_WITHIN)


class OpenFilter(Choice):
    title, parameter_name = gettext_lazy("state"), "open"
    choice = ("1", gettext_lazy("open"))

    def which(self) -> Q:
        return Q(decided_at__isnull=True)


def not_there(model_admin: Any, request: HttpRequest, object_id: str | None) -> HttpResponse:
    """What Django answers for a row that there is not, or that the viewer may not know of."""
    answer = model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    found: HttpResponse = answer
    return found


class EachAdmin(ViewOnlyAdmin):
    """Rows that are only looked at, but for what is done to each of the chosen by an action."""

    def each(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        do: Callable[[Any], Any],
        *,
        permission: str,
    ) -> None:
        """Do it to each, and tell what could not be done; asked again whose rows they are."""
        scoped: Any = self
        found = scoped.of_scope(request, rows)
        if scoped.is_free(request) and not request.user.has_perm(permission):
            found = found.filter(scoped.within(request))
        done = 0
        for row in found:
            try:
                do(row)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                said = error.messages if isinstance(error, ValidationError) else [str(error)]
                self.message_user(request, f"{row}: {' '.join(said)}", messages.WARNING)
        if done:
            self.message_user(request, _("Done: %(n)d.") % {"n": done}, messages.SUCCESS)


@admin.register(Act)
class ActAdmin(Scoped, EachAdmin):
    """The mod log. What is taken back here stays in it, with another act that says so."""

    list_display = (
        "at", "verb", "board", "actor_name", "member_name", "told_title", "reason", "until",
        "taken_back",
    )  # fmt: skip
    list_filter = (RemovedFilter, "verb", "source", BoardFilter)
    member_field = "member"
    ordering: ClassVar[Any] = ("-at", "-pk")
    actions = ("take_back",)
    moderators_actions = frozenset({"take_back"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Act]:
        rows: QuerySet[Act] = super().get_queryset(request)
        return rows.select_related("board", "actor", "member", "undone_by").defer(
            "actor__bio", "actor__bio_html", "member__bio", "member__bio_html"
        )

    @admin.display(description=gettext_lazy("by"))
    def actor_name(self, act: Act) -> str:
        return _name(act, "actor") or act.rule or act.get_source_display()

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, act: Act) -> str:
        return _name(act, "member")

    @admin.display(description=gettext_lazy("text"))
    def told_title(self, act: Act) -> str:
        return Truncator(act.title or act.snapshot).chars(60)

    @admin.display(description=gettext_lazy("taken back"), boolean=True)
    def taken_back(self, act: Act) -> bool:
        return hasattr(act, "undone_by")

    @admin.action(description=gettext_lazy("Take back"))
    def take_back(self, request: HttpRequest, rows: QuerySet[Act]) -> None:
        by = By(staff_member(request))
        chosen = rows.order_by("-pk")
        self.each(
            request, chosen, lambda act: undo.undo(act, by), permission="moderation.change_act"
        )


def _name(row: Any, field: str) -> str:
    """The name of a member of the log, who may have an account no more."""
    member = getattr(row, field)
    return member.username if member else ""


class DecisionForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[one for one in Appeal.State.choices if one[0] != Appeal.State.OPEN],
        widget=forms.RadioSelect,
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Of a ban or a mute that is made milder: when it ends now."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=APPEAL_MAX_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Goes to the member."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until = cleaned.get("until")
        if cleaned.get("state") == Appeal.State.REDUCED and (not until or until < timezone.now()):
            self.add_error("until", _("Name a time that is to come."))
        return cleaned


@admin.register(Appeal)
class AppealAdmin(Scoped, ViewOnlyAdmin):
    """Appeals; each is decided on its page, by another than who acted."""

    list_display = ("id", "board", "member_name", "act", "state", "created_at", "decided_at")
    list_filter = ("state", BoardFilter)
    list_select_related = ("board", "member", "act")
    member_field = "member"

    def within(self, request: HttpRequest) -> Q:
        """Of acts that they could have done themselves."""
        scope, members = scope_of(request), Q(act__verb__in=ABOUT_MEMBERS)
        return (members & Q(board__in=scope.boards(Power.MEMBERS))) | (
            ~members & Q(board__in=scope.boards(Power.CONTENT))
        )

    def _allows(self, request: HttpRequest, deed: str, obj: Any) -> bool:
        if obj is None and not self.is_free(request, deed) and deed == "view":
            scope = scope_of(request)
            return bool(scope.boards(Power.MEMBERS) | scope.boards(Power.CONTENT))
        if obj is not None and deed == "view" and not self.is_free(request, deed):
            return Appeal.objects.filter(self.within(request), pk=obj.pk).exists()
        return super()._allows(request, deed, obj)

    def may_decide(self, request: HttpRequest, appeal: Appeal) -> bool:
        if appeal.state != Appeal.State.OPEN or appeal.act.actor_id == request.user.pk:
            return False
        if request.user.is_staff and request.user.has_perm("moderation.change_appeal"):
            return True
        return Appeal.objects.filter(self.within(request), pk=appeal.pk).exists()

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, appeal: Appeal) -> str:
        return appeal.member.username

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The appeal with what it is against, and the form to decide it."""
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=object_id if _is_id(object_id) else None)
        appeal = found.select_related("board", "member", "act__actor", "decided_by").first()
        if appeal is None:
            return not_there(self, request, object_id)
        if not self.has_view_permission(request, appeal):
            raise PermissionDenied
        may_decide = self.may_decide(request, appeal)
        if request.method == "POST" and not may_decide:
            if appeal.state == Appeal.State.OPEN:
                raise PermissionDenied
            self.message_user(request, _("Somebody decided this already."), messages.WARNING)
            return redirect(request.path)
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._decide(request, appeal, form):
            self.message_user(request, _("Decided."), messages.SUCCESS)
            return redirect("admin:moderation_appeal_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Appeal"),
            "appeal": appeal,
            "form": form,
            "may_decide": may_decide,
            "acted_oneself": appeal.act.actor_id == request.user.pk,
        }
        return TemplateResponse(request, "admin/moderation/appeal/decide.html", context)

    def _decide(self, request: HttpRequest, appeal: Appeal, form: DecisionForm) -> bool:
        said = form.cleaned_data
        try:
            appeals.decide(
                appeal,
                By(staff_member(request)),
                Appeal.State(said["state"]),
                answer=said["answer"],
                until=said["until"],
            )
        except ValidationError as error:
            form.add_error(None, error)
            return False
        return True


def _is_id(text: str | None) -> bool:
    return bool(text and text.isascii() and text.isdecimal() and len(text) <= 18)


@admin.register(Ban)
class BanAdmin(Scoped, EachAdmin):
    """Bans and mutes; made from the queue, on the site or by command."""

    power = Power.MEMBERS
    list_display = ("id", "member_name", "board", "is_mute", "until", "reason", "created_at")
    list_filter = ("is_mute", EndsFilter, BoardFilter)
    list_select_related = ("member", "board")
    member_field = "member"
    actions = ("lift",)
    moderators_actions = frozenset({"lift"})

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, ban: Ban) -> str:
        return ban.member.username

    @admin.action(description=gettext_lazy("Lift"))
    def lift(self, request: HttpRequest, rows: QuerySet[Ban]) -> None:
        by = By(staff_member(request))
        self.each(
            request,
            rows,
            lambda ban: people.lift(ban.member, ban.board, by),
            permission="boards.delete_ban",
        )


@admin.register(Report)
class ReportAdmin(Scoped, ViewOnlyAdmin):
    """What members said is wrong. Moderators know who said it by an opaque handle alone."""

    board_path = "case__board"
    list_display = ("id", "handle", "rule", "reason", "outcome", "created_at")
    list_filter = ("outcome", BoardFilter)
    list_select_related = ("case",)
    hidden = frozenset({"reporter"})

    @admin.display(description=gettext_lazy("from"))
    def handle(self, report: Report) -> str:
        return queue.handle(report.case.board_id, report.reporter_id)


@admin.register(Note)
class NoteAdmin(Scoped, ViewOnlyAdmin):
    list_display = ("id", "member_name", "board", "author_name", "text", "created_at")
    list_filter = (BoardFilter,)
    list_select_related = ("member", "board", "author")
    member_field = "member"

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, note: Note) -> str:
        return note.member.username

    @admin.display(description=gettext_lazy("by"))
    def author_name(self, note: Note) -> str:
        return _name(note, "author")


class SettingsAdmin(Scoped, admin.ModelAdmin):
    """What a board sets for its moderation."""

    power = Power.SETTINGS
    moderators_may = frozenset({"view", "add", "change", "delete"})
    list_filter: ClassVar[Any] = (BoardFilter,)
    list_select_related = ("board",)
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(SettingsAdmin):
    list_display = ("title", "board", "text", "position")
    fields = ("board", "title", "text", "position")


@admin.register(DeskSettings)
class DeskSettingsAdmin(SettingsAdmin):
    list_display = ("board", "names_moderators", "hold_first_posts", "newcomer_days")


@admin.register(AutoRule)
class AutoRuleAdmin(SettingsAdmin):
    list_display = ("name", "board", "deed", "is_active")


@admin.register(MutedReporter)
class MutedReporterAdmin(Scoped, ViewOnlyAdmin):
    """Whose reports a board takes no more, by their handles; who is deleted is heard again."""

    list_display = ("id", "handle", "board", "muted_at")
    list_filter = (BoardFilter,)
    list_select_related = ("board",)
    hidden = frozenset({"reporter"})
    moderators_may = frozenset({"view", "delete"})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if request.user.is_staff and request.user.has_perm("moderation.delete_mutedreporter"):
            return True
        return self._allows(request, "delete", obj)

    @admin.display(description=gettext_lazy("handle"))
    def handle(self, muted: MutedReporter) -> str:
        return queue.handle(muted.board_id, muted.reporter_id)


class RequestAdmin(EachAdmin):
    list_display = ("id", "member_name", "board", "text", "created_at", "decided_at", "granted")
    list_filter = (OpenFilter, "granted", BoardFilter)
    list_select_related = ("member", "board")
    member_field = "member"
    actions = ("grant", "refuse")
    permission = ""

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, row: Any) -> str:
        return str(row.member.username)

    @admin.action(description=gettext_lazy("Grant"))
    def grant(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._decide(request, rows, granted=True)

    @admin.action(description=gettext_lazy("Refuse"))
    def refuse(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._decide(request, rows, granted=False)

    def _decide(self, request: HttpRequest, rows: QuerySet[Any], *, granted: bool) -> None:
        by = By(staff_member(request))
        self.each(
            request,
            rows,
            lambda row: decide_request(row, by, granted=granted),
            permission=self.permission,
        )


def decide_request(row: JoinRequest | BoardRequest, by: By, *, granted: bool) -> None:
    """Let somebody in, or let them look after a board; or refuse it."""
    decide = import_string("moderation.actions.requests.decide")
    decide(row, by, granted=granted)


@admin.register(JoinRequest)
class JoinRequestAdmin(Scoped, RequestAdmin):
    power = Power.MEMBERS
    moderators_actions = frozenset({"grant", "refuse"})
    permission = "moderation.change_joinrequest"


@admin.register(BoardRequest)
class BoardRequestAdmin(Scoped, RequestAdmin):
    """Who would look after boards that nobody looks after: for the staff."""

    permission = "moderation.change_boardrequest"

    def within(self, request: HttpRequest) -> Q:
        return Q(pk__in=[])

    def _allows(self, request: HttpRequest, deed: str, obj: Any) -> bool:
        return self.is_free(request, deed)
