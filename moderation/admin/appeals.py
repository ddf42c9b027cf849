"""Appeals in the admin, and deciding them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import Board, Power
from boards.policy import may
from moderation.actions.batches import swept_with
from moderation.actions.desk import Wishes, decide_appeal
from moderation.actions.log import By
from moderation.actions.refusals import DECIDED
from moderation.admin.forms import bring_back_label
from moderation.admin.lists import not_there
from moderation.admin.telling import brought_back
from moderation.forms import WordsField
from moderation.models import Appeal
from moderation.models.log import ABOUT_MEMBERS, REASON_MAX_LENGTH
from moderation.models.rules import MOST_DAYS
from moderation.scope import BoardFilter, Scoped, acts_everywhere, scope_of
from paging.ids import id_of


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
    answer = WordsField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy(
            "Goes to the member, and into the public log; that about a warning to the member alone."
        ),
    )

    bring_back = forms.BooleanField(
        required=False, initial=True, help_text=gettext_lazy("If the appeal is granted.")
    )

    def __init__(self, *args: Any, swept: int, **kwargs: Any) -> None:
        """`swept`: how many texts went with the ban."""
        super().__init__(*args, **kwargs)
        if swept:
            self.fields["bring_back"].label = bring_back_label(swept)
        else:
            del self.fields["bring_back"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until = cleaned.get("until")
        if until and _is_too_far(until):
            self.add_error("until", _("That is more than a hundred years from now."))
        elif cleaned.get("state") == Appeal.State.REDUCED and (not until or until < timezone.now()):
            self.add_error("until", _("Name a time that is to come."))
        return cleaned


def _is_too_far(until: datetime) -> bool:
    """The last moments of all can't even be told in UTC."""
    try:
        return until.astimezone(UTC) > timezone.now() + timedelta(days=MOST_DAYS)
    except OverflowError:
        return True


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

    def boards(self, request: HttpRequest) -> set[int] | None:
        """On which boards there may be such acts; None where it is all."""
        scope = scope_of(request)
        if self.is_free(request):
            return None
        return scope.boards(Power.MEMBERS) | scope.boards(Power.CONTENT)

    def _allows(self, request: HttpRequest, deed: str, obj: Any) -> bool:
        if obj is None and not self.is_free(request, deed) and deed == "view":
            scope = scope_of(request)
            return bool(scope.boards(Power.MEMBERS) | scope.boards(Power.CONTENT))
        if obj is not None and deed == "view" and not self.is_free(request, deed):
            return Appeal.objects.filter(self.within(request), pk=obj.pk).exists()
        return super()._allows(request, deed, obj)

    def may_decide(self, request: HttpRequest, appeal: Appeal) -> bool:
        concerned = (appeal.act.actor_id, appeal.act.member_id)
        if appeal.state != Appeal.State.OPEN or request.user.pk in concerned:
            return False
        if acts_everywhere(request, self.power, "moderation.change_appeal"):
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
        found = self.get_queryset(request).filter(pk=id_of(object_id))
        appeal = found.select_related("board", "member", "act__actor", "decided_by").first()
        if appeal is None:
            return not_there(self, request, object_id)
        if not self.has_view_permission(request, appeal):
            raise PermissionDenied
        may_decide = self.may_decide(request, appeal)
        if request.method == "POST" and not may_decide:
            if appeal.state == Appeal.State.OPEN:
                raise PermissionDenied
            self.message_user(request, str(DECIDED), messages.WARNING)
            return redirect(request.path)
        swept = sum(swept_with([appeal.act]).values())
        form = DecisionForm(
            request.POST if request.method == "POST" else None,
            swept=swept if self._may_restore(request, appeal) else 0,
        )
        if request.method == "POST" and form.is_valid() and self._decide(request, appeal, form):
            return redirect("admin:moderation_appeal_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Appeal"),
            "appeal": appeal,
            "form": form,
            "may_decide": may_decide,
            "swept": swept,
            "about_oneself": appeal.act.member_id == request.user.pk,
            "acted_oneself": appeal.act.actor_id == request.user.pk,
        }
        return TemplateResponse(request, "admin/moderation/appeal/decide.html", context)

    def _decide(self, request: HttpRequest, appeal: Appeal, form: DecisionForm) -> bool:
        said = form.cleaned_data
        try:
            back = decide_appeal(
                appeal,
                By(staff_member(request)),
                Appeal.State(said["state"]),
                Wishes(
                    answer=said["answer"],
                    until=said["until"],
                    bring_back=said.get("bring_back", False),
                ),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return False
        told = " ".join([_("Decided."), brought_back(back) if back else ""]).rstrip()
        self.message_user(request, told, messages.SUCCESS)
        return True

    def _may_restore(self, request: HttpRequest, appeal: Appeal) -> bool:
        """Whether they decide about texts of its board, too."""
        member = staff_member(request)
        board = Board.objects.with_standing(member).get(pk=appeal.board_id)
        return may(member, board, Power.CONTENT)
