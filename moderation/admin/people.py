"""Bans, notes and requests of members in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin, staff_member
from boards.models import Ban, Power
from moderation import queue
from moderation.actions import people, requests
from moderation.actions.log import By
from moderation.admin.lists import Choice, EachAdmin, OpenFilter, told_name
from moderation.models import BoardRequest, JoinRequest, Note
from moderation.scope import BoardFilter, Scoped


class EndsFilter(Choice):
    title, parameter_name = gettext_lazy("end"), "ends"
    choice = ("soon", gettext_lazy("soon"))

    def which(self) -> Q:
        now = timezone.now()
        return Q(until__gt=now, until__lt=now + queue.EXPIRING_WITHIN)


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
        return told_name(note, "author")


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
            lambda row: requests.decide(row, by, granted=granted),
            permission=self.permission,
        )


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
