"""Reports in the admin, and whose are not taken; nobody's names."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from moderation import queue
from moderation.actions import reports
from moderation.actions.log import By
from moderation.admin.lists import EachAdmin
from moderation.admin.muting import said_back
from moderation.models import Case, MutedReporter, Report
from moderation.scope import BoardFilter, Scoped, acts_everywhere


@admin.register(Report)
class ReportAdmin(Scoped, ViewOnlyAdmin):
    """What members said is wrong. Moderators know who said it by an opaque handle alone."""

    board_path = "case__board"
    list_display = ("id", "handle", "rule", "reason", "outcome", "created_at")
    list_filter = ("outcome", BoardFilter)
    list_select_related = ("case",)
    hidden = frozenset({"reporter"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Nobody sees what is reported of themselves."""
        rows: QuerySet[Report] = super().get_queryset(request)
        of_others = Case.objects.filter(pk=OuterRef("case")).not_about(staff_member(request))
        return rows.filter(Exists(of_others))

    @admin.display(description=gettext_lazy("from"))
    def handle(self, report: Report) -> str:
        return queue.handle(report.case.board_id, report.reporter_id)


@admin.register(MutedReporter)
class MutedReporterAdmin(Scoped, EachAdmin):
    """Whose reports a board takes no more, by their handles; who is deleted is heard again."""

    list_display = ("handle", "board", "reported", "muted_at")
    list_filter = (BoardFilter,)
    list_select_related = ("board",)
    hidden = frozenset({"reporter"})
    moderators_may = frozenset({"view", "delete"})
    moderators_actions = frozenset({"unmute"})
    actions = ("unmute",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if acts_everywhere(request, self.power, "moderation.delete_mutedreporter"):
            return True
        return self._allows(request, "delete", obj)

    def delete_model(self, request: HttpRequest, obj: MutedReporter) -> None:
        back = reports.hear_again(obj, By(staff_member(request)), handle=self.handle(obj))
        if back:
            self.message_user(request, said_back(back))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[MutedReporter]) -> None:
        for muted in queryset.select_related("board"):
            self.delete_model(request, muted)

    @admin.action(
        description=gettext_lazy("Unmute: take their reports again"), permissions=["delete"]
    )
    def unmute(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        permission = "moderation.delete_mutedreporter"
        self.each(request, rows, partial(self.delete_model, request), permission=permission)

    @admin.display(description=gettext_lazy("handle"))
    def handle(self, muted: MutedReporter) -> str:
        return queue.handle(muted.board_id, muted.reporter_id)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        queue.lay_reported(changelist.result_list, staff_member(request))
        return changelist

    @admin.display(description=gettext_lazy("reported last"))
    def reported(self, muted: Any) -> str:
        """Each with the way to its card."""
        told = []
        for report in muted.__dict__.get("reported", []):
            card = reverse("admin:moderation_case_change", args=[report.case_id])
            words = ": ".join(filter(None, [report.rule, report.reason])) or "-"
            told.append((card, Truncator(_about(report.case)).chars(60), words))
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a> {}', told) or "-"


def _about(case: Case) -> str:
    if case.comment is not None:
        return _("Comment on %(title)s") % {"title": case.comment.post.title}
    return case.post.title if case.post else str(case.member)
