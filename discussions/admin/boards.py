"""Boards in the admin: here, because a change of who reads them takes back letters."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.admin import staff_member
from boards import actions
from boards.forms import BoardForm, NewBoardForm
from boards.models import Board, Moderator
from discussions.actions import access


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
            self.change_board(request, obj, fields)
            return
        made = actions.make_board(maker=staff_member(request), name=obj.name, **fields)
        obj.pk, obj._state.adding = made.pk, False

    def change_board(self, request: HttpRequest, board: Board, fields: dict[str, Any]) -> None:
        access.change_board(board=board, **fields)
