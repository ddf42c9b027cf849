"""The mod log in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from accounts.admin import staff_member
from moderation.actions import undo
from moderation.actions.log import By
from moderation.admin.lists import Choice, EachAdmin, told_name
from moderation.models import Act
from moderation.models.log import Verb
from moderation.scope import BoardFilter, Scoped


class RemovedFilter(Choice):
    title, parameter_name = gettext_lazy("what"), "what"
    choice = ("removed", gettext_lazy("removed, and not taken back"))

    def which(self) -> Q:
        return Q(verb__in=[Verb.REMOVE, Verb.SPAM], undone_by__isnull=True)


@admin.register(Act)
class ActAdmin(Scoped, EachAdmin):
    """The mod log. What is taken back here stays in it, with another act that says so."""

    list_display = (
        "at", "verb", "board", "actor_name", "member_name", "told_title", "reason", "until",
        "taken_back",
    )  # fmt: skip
    list_filter = (RemovedFilter, "verb", "source", BoardFilter)
    # By what it is taken back, in columns and ids: nothing to read.
    exclude = left_out = ("before",)
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
        return told_name(act, "actor") or act.rule or act.get_source_display()

    @admin.display(description=gettext_lazy("member"))
    def member_name(self, act: Act) -> str:
        return told_name(act, "member")

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
