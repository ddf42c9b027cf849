"""Boards in the admin: here, because a change of who reads them takes back letters."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from boards import actions
from boards.forms import BoardForm, NewBoardForm
from boards.models import ApprovedMember, Board, Moderator
from discussions.actions import access


class PeopleInline(admin.TabularInline):
    """Members with a part in a board: added and taken off, by the actions, never rewritten."""

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
    fields = ("member", "appointed_by", "appointed_at")
    readonly_fields = ("appointed_by", "appointed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Moderator]:
        return Moderator.objects.in_order()


class NewApprovedInline(PeopleInline):
    """Only new ones: there may be thousands, who are listed on a page of their own."""

    model = ApprovedMember
    verbose_name_plural = gettext_lazy("New approved members")
    fields = ("member",)
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovedMember]:
        return ApprovedMember.objects.none()


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):
    """Every change goes through the actions. Boards are not deleted, but may be made private."""

    form = NewBoardForm
    list_display = (
        "name", "title", "is_private", "subscriber_count", "post_count", "moderator_count",
        "active_at", "on_site",
    )  # fmt: skip
    list_filter = ("is_private",)
    search_fields = ("^name", "^title")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    show_full_result_count = False
    inlines = (ModeratorInline, NewApprovedInline)
    fields = (
        "name", "title", "description", "rules", "is_private", "approved", "created_by",
        "created_at", "subscriber_count", "post_count", "active_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Board]:
        moderators = Moderator.objects.filter(board=OuterRef("pk")).order_by().values("board")
        boards = Board.objects.visible_to(request.user).order_by(*self.get_ordering(request))
        return boards.annotate(
            moderators_counted=Subquery(moderators.annotate(n=Count("pk")).values("n"))
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Board | None = None
    ) -> tuple[str, ...]:
        """A board's name stays: it is its address."""
        shown = self.fields[5:]
        return ("name", *shown) if obj else shown

    def has_delete_permission(self, request: HttpRequest, obj: Board | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("moderators"))
    def moderator_count(self, board: Any) -> int:
        return board.moderators_counted or 0

    @admin.display(description=gettext_lazy("on the site"))
    def on_site(self, board: Board) -> SafeString:
        return format_html('<a href="{}">b/{}</a>', board.get_absolute_url(), board.name)

    @admin.display(description=gettext_lazy("approved members"))
    def approved(self, board: Board) -> SafeString:
        address = reverse("admin:boards_approvedmember_changelist")
        count = board.approved_set.count() if board.pk else 0
        return format_html('<a href="{}?board__id__exact={}">{}</a>', address, board.pk, count)

    def save_model(self, request: HttpRequest, obj: Board, form: ModelForm, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in BoardForm.Meta.fields}
        if change:
            access.change_board(board=obj, **fields)
            return
        made = actions.make_board(maker=staff_member(request), name=obj.name, **fields)
        obj.pk, obj._state.adding = made.pk, False

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        """The new first, so that one moderator can take the place of another."""
        board = form.instance
        new = formset.save(commit=False)
        let_in = actions.appoint if formset.model is Moderator else actions.approve
        for row in new:
            let_in(board=board, member=row.member, by=staff_member(request))
        for row in formset.deleted_objects:
            if not access.step_down(board=board, member=row.member):
                said = _("%(member)s stays: nobody else could look after the board.")
                self.message_user(request, said % {"member": row.member}, messages.WARNING)


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
        for row in queryset.select_related("member", "board"):
            access.dismiss(board=row.board, member=row.member)
            said = _("Dismissed %(member)s.") % {"member": row.member}
            self.log_change(request, row.board, said)
        self.message_user(request, _("Done."), messages.SUCCESS)
