"""What the lists of the desk in the admin share."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin


class Choice(admin.SimpleListFilter):
    """A filter of one choice, and all."""

    choice: tuple[str, Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [self.choice]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.which()) if self.value() == self.choice[0] else queryset

    def which(self) -> Q:
        raise NotImplementedError


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


def told_name(row: Any, field: str) -> str:
    """The name of a member of the log, who may have an account no more."""
    member = getattr(row, field)
    return member.username if member else ""
