"""Who looks after boards and who was let in, in the admin: changed by the actions alone."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import ApprovedMember, Moderator, Power
from moderation.actions import members, offices
from moderation.actions.log import By


class PeopleInline(admin.TabularInline):
    """Members with a part in a board: added and taken off, by the actions, never rewritten.

    What a moderator is trusted with is changed on the board's page of members, on the site.
    """

    autocomplete_fields = ("member",)
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ModeratorFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        gone = len(self.deleted_forms)
        new = sum(form not in self.deleted_forms for form in self.extra_forms if form.has_changed())
        if gone and not new and gone >= self.initial_form_count():
            raise forms.ValidationError(_("A board keeps at least one moderator."))


class ModeratorInline(PeopleInline):
    model = Moderator
    formset = ModeratorFormSet
    fields = ("member", "trusted_with", "appointed_by", "appointed_at")
    readonly_fields = ("trusted_with", "appointed_by", "appointed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Moderator]:
        return Moderator.objects.in_order()

    @admin.display(description=gettext_lazy("trusted with"))
    def trusted_with(self, office: Moderator) -> str:
        if office.is_owner:
            return _("everything: an owner")
        return "; ".join(str(power.label) for power in Power if office.may(power))


class NewApprovedInline(PeopleInline):
    """Only new ones: there may be thousands, who are listed on a page of their own."""

    model = ApprovedMember
    verbose_name_plural = gettext_lazy("New approved members")
    fields = ("member",)
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovedMember]:
        return ApprovedMember.objects.none()


class PeopleOfBoards(admin.ModelAdmin):
    """The inlines of a board, and what is done with them."""

    inlines = (ModeratorInline, NewApprovedInline)

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        """The new first, so that one moderator can take the place of another."""
        by = By(staff_member(request))
        for row in formset.save(commit=False):
            self._try(request, row, lambda row: _bring_in(row, by))
        for row in formset.deleted_objects:
            self._try(request, row, lambda row: offices.step_down(row.member, row.board, by))

    def _try(self, request: HttpRequest, row: Any, do: Callable[[Any], Any]) -> None:
        try:
            do(row)
        except (ValidationError, PermissionDenied) as error:
            said = error.messages if isinstance(error, ValidationError) else [str(error)]
            self.message_user(request, f"{row.member}: {' '.join(said)}", messages.WARNING)


def _bring_in(row: Moderator | ApprovedMember, by: By) -> None:
    if isinstance(row, Moderator):
        offices.appoint(row.member, row.board, by)
    else:
        members.let_in(row.member, row.board, by)


@admin.register(ApprovedMember)
class ApprovedMemberAdmin(ViewOnlyAdmin):
    list_display = ("id", "member", "board", "approved_by", "approved_at")
    list_select_related = ("member", "board", "approved_by")
    member_field = "member"
    actions = ("dismiss",)

    def has_dismiss_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("boards.delete_approvedmember")

    @admin.action(description=gettext_lazy("Dismiss from the board"), permissions=["dismiss"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[ApprovedMember]) -> None:
        by = By(staff_member(request))
        for row in queryset.select_related("member", "board"):
            try:
                members.dismiss(row.member, row.board, by)
            except PermissionDenied as error:
                self.message_user(request, f"{row.member}: {error}", messages.WARNING)
                continue
            said = _("Dismissed %(member)s.") % {"member": row.member}
            self.log_change(request, row.board, said)
        self.message_user(request, _("Done."), messages.SUCCESS)
