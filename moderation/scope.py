"""Which boards' rows somebody sees in the admin: staff by their permissions, moderators their own.

What isn't `Scoped` is for the staff alone: the site sees to that when a model is registered.
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from boards.models import (
    Ban,
    Board,
    Moderator,
    Power,
    Viewer,
    is_site_staff,
    powers_everywhere,
)
from moderation.sturdy import Sturdy
from paging.ids import id_of

# So many boards are offered as a filter at most.
BOARDS_LISTED = 100
LOOKUPS = "exact|isnull|isempty|id__exact|gte|lt|year|month|day"


class Scope:
    """The boards that a member moderates, with what they are trusted with on each."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @cached_property
    def offices(self) -> dict[int, Moderator]:
        if not self.viewer.is_authenticated or not self.viewer.is_active:
            return {}
        offices = Moderator.objects.filter(member=self.viewer)
        if not is_site_staff(self.viewer):
            # As in actions.log.By.require: who is banned looks after nothing meanwhile.
            bans = Ban.objects.in_force().filter(member=self.viewer, is_mute=False)
            offices = offices.exclude(board__in=bans.values("board"))
        return {office.board_id: office for office in offices}

    def boards(self, power: Power | None = None) -> set[int]:
        """The ids of those on which they have the power; all of theirs if none is named."""
        return {pk for pk, office in self.offices.items() if power is None or office.may(power)}


def scope_of(request: HttpRequest) -> Scope:
    """The scope of who is at work, read once a request."""
    kept: Scope | None = getattr(request, "_scope", None)
    if kept is None or kept.viewer != request.user:
        kept = Scope(request.user)
        request._scope = kept  # type: ignore[attr-defined]
    return kept


def acts_everywhere(request: HttpRequest, power: Power, permission: str) -> bool:
    """Whether somebody of the staff does such things at the desk on every board.

    Who has not both has no more there than a moderator has.
    """
    return power in powers_everywhere(request.user) and request.user.has_perm(permission)


class StaffOnly(Sturdy):
    """Rows that only the staff see, whatever permissions somebody else may have kept."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request) and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return _is_staff(request) and super().has_add_permission(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request) and super().has_delete_permission(request, obj)


class BoardFilter(admin.SimpleListFilter):
    """The boards that the viewer may ask for; RelatedFieldListFilter would name them all."""

    title = _("board")
    parameter_name = "on"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        boards = Board.objects.order_by("name")
        if not model_admin.is_free(request):
            boards = boards.filter(pk__in=scope_of(request).boards())
        return [(str(pk), name) for pk, name in boards.values_list("pk", "name")[:BOARDS_LISTED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = id_of(self.value() or "")
        if value is None:
            return queryset
        model_admin: Any = admin.site._registry[queryset.model]
        return queryset.filter(**{model_admin.board_path: value})


class Scoped(Sturdy):
    """Rows of boards. A moderator sees those of boards on which they have `power`, and no others.

    Staff see and do what their permissions say, as everywhere in the admin.
    """

    power: ClassVar[Power] = Power.CONTENT
    # How one comes from a row to its board.
    board_path: ClassVar[str] = "board"
    # What moderators do with rows here.
    moderators_may: ClassVar[frozenset[str]] = frozenset({"view"})
    moderators_actions: ClassVar[frozenset[str]] = frozenset()
    # Columns that moderators are not told.
    hidden: ClassVar[frozenset[str]] = frozenset()

    def is_free(self, request: HttpRequest, deed: str = "view") -> bool:
        """Whether the permissions of the site let them see, or do it with, rows of every board.

        Who does more than look needs the power on every board, too.
        """
        if not _is_staff(request):
            return False
        if deed != "view" and self.power not in powers_everywhere(request.user):
            return False
        permissions: Any = super()
        if deed == "add":
            return bool(permissions.has_add_permission(request))
        return bool(getattr(permissions, f"has_{deed}_permission")(request))

    def within(self, request: HttpRequest) -> Q:
        """The rows of a moderator."""
        return Q(**{f"{self.board_path}__in": scope_of(request).boards(self.power)})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if self.is_free(request) else rows.filter(self.within(request))

    def _allows(self, request: HttpRequest, deed: str, obj: Model | None) -> bool:
        if self.is_free(request, deed):
            return True
        if deed not in self.moderators_may or not scope_of(request).boards(self.power):
            return False
        if obj is None or obj.pk is None:
            return True
        return bool(self.model._default_manager.filter(self.within(request), pk=obj.pk).exists())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self._allows(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "delete", obj)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Boards of theirs to choose from, and nothing else; a board must be chosen."""
        if not self.is_free(request, "change"):
            rows: Any = cast(Any, db_field.remote_field.model)._default_manager
            if db_field.remote_field.model is Board:
                kwargs["queryset"] = rows.filter(pk__in=scope_of(request).boards(self.power))
                kwargs["required"] = True
            else:
                kwargs["queryset"] = rows.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not self.is_free(request, "change"):
            kwargs["queryset"] = db_field.remote_field.model._default_manager.none()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Asked again of what is about to be written: the board it was on, and the one it goes."""
        deed = "change" if change else "add"
        if not self.is_free(request, deed):
            board = obj.pk if self.board_path == "pk" else getattr(obj, f"{self.board_path}_id")
            if board not in scope_of(request).boards(self.power):
                raise PermissionDenied
            if change and not self._allows(request, deed, obj):
                raise PermissionDenied
        super().save_model(request, obj, form, change)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Moderators filter by what the page offers: a lookup could ask for anything else."""
        if request is None:
            return False
        if self.is_free(request):
            return super().lookup_allowed(lookup, value, request)
        offered = [
            one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request)
        ]
        if lookup in {getattr(one, "parameter_name", None) for one in offered}:
            return True
        names = [name for name in [*offered, self.date_hierarchy] if isinstance(name, str)]
        return any(re.fullmatch(rf"{re.escape(name)}(__({LOOKUPS}))?", lookup) for name in names)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        if self.is_free(request):
            return super().to_field_allowed(request, to_field)
        return to_field in {"pk", "id"}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        if self.is_free(request, "view"):
            return found
        return {name: one for name, one in found.items() if name in self.moderators_actions}

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if self.is_free(request) else ()

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        return super().get_autocomplete_fields(request) if self.is_free(request) else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Members by their names, which lead to the site: their rows here are the staff's."""
        fields = super().get_readonly_fields(request, obj)
        if self.is_free(request):
            return fields
        return [self._told(name) for name in fields if name not in self.hidden]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        if self.is_free(request):
            return fields
        readonly = super().get_readonly_fields(request, obj)
        shown = [name for name in fields if name not in self.hidden]
        return [self._told(name) if name in readonly else name for name in shown]

    def _told(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(self, name):
            return name
        field: Any = self.opts.get_field(name)
        return _profile(field) if field.remote_field and field.related_model is Member else name

    def of_scope(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of an action, asked for once more; PermissionDenied where others were chosen."""
        chosen = set(rows.values_list("pk", flat=True))
        mine = self.get_queryset(request).filter(pk__in=chosen)
        if len(chosen) != mine.count():
            raise PermissionDenied
        return mine


@lru_cache
def _profile(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    def told(row: Any) -> Any:
        member: Member | None = getattr(row, field.name)
        if member is None:
            return "-"
        return format_html('<a href="{}">{}</a>', member.get_absolute_url(), member.username)

    told.__name__ = field.name
    told.short_description = field.verbose_name  # type: ignore[attr-defined]
    return told


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
