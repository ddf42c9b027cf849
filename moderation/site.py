"""The admin of the site: for the staff, and for moderators with their own boards."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts.decorators import refused_if_gone
from accounts.models import Member
from moderation import queue
from moderation.scope import Scope, Scoped, StaffOnly, scope_of
from paging.ids import id_of


class DeskAuthenticationForm(AdminAuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        AuthenticationForm.confirm_login_allowed(self, user)
        if not may_enter(user, Scope(user)):
            raise ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


class DeskSite(admin.AdminSite):
    login_form = DeskAuthenticationForm
    index_template = "admin/desk_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user, scope_of(request))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What no scope was made for is the staff's alone."""
        admin_class = admin_class or admin.ModelAdmin
        if not issubclass(admin_class, Scoped):
            body = {"__module__": admin_class.__module__}
            admin_class = type(admin_class.__name__, (StaffOnly, admin_class), body)
        super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """With a guard before the shortcut that tells the address of whatever is asked for."""
        kept = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        route = "r/<path:content_type_id>/<path:object_id>/"
        return [path(route, self.admin_view(self.on_site), name="view_on_site"), *kept]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(refused_if_gone(view), cacheable)

    def on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """To what they see in a list here; the address alone tells titles and names."""
        if not (request.user.is_staff and self._shows(request, content_type_id, object_id)):
            raise Http404
        found: HttpResponse = shortcut(request, content_type_id, object_id)
        return found

    def _shows(self, request: HttpRequest, content_type_id: str, object_id: str) -> bool:
        kind = ContentType.objects.filter(pk=id_of(content_type_id) or 0).first()
        model = kind and kind.model_class()
        listed = self._registry.get(model) if model else None
        if listed is None:
            return False
        row = listed.get_queryset(request).filter(pk=id_of(object_id) or 0).first()
        return row is not None and listed.has_view_permission(request, row)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No page of a moderator completes anything."""
        if not request.user.is_staff:
            raise PermissionDenied
        if "\0" in request.GET.get("term", ""):  # PostgreSQL takes no NUL
            raise BadRequest
        found: HttpResponse = super().autocomplete_view(request)
        return found

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """On the site, where wrong ones are counted."""
        return redirect("accounts:password-change")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """A desk: what waits, with counts, on top."""
        waits = queue.counts(request, self)
        context = {"title": _("What waits for you"), "waits": waits} | (extra_context or {})
        return super().index(request, context)


def may_enter(user: Any, scope: Scope) -> bool:
    """Staff with a role, and whoever moderates a board."""
    if not isinstance(user, Member) or not user.is_active:
        return False
    return user.has_a_role or bool(scope.offices)
