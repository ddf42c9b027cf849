"""Members in the admin, and what the admin pages of every app share."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions
from accounts.models import Member, RetiredName
from accounts.names import validate_name
from markup.fields import MarkdownField
from paging.ids import id_of

# Who may give these away could give them to themselves.
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


def staff_member(request: HttpRequest) -> Member:
    """Who is at work: the admin lets nobody in who is not signed in."""
    return cast(Member, request.user)


class ViewOnlyAdmin(admin.ModelAdmin):
    """Rows that only the actions write, found by their id or by a member's whole name.

    Both are looked up through an index, whatever the table's size.
    """

    ordering = ("-pk",)
    show_full_result_count = False
    search_fields = ("=pk",)
    search_help_text = gettext_lazy("An id, or the whole name of a member.")
    # The foreign key by which a name is searched.
    member_field = ""
    left_out = ("html",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.opts.fields if field.name not in self.left_out]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(self.matches(term)) if term else queryset), False

    def matches(self, term: str) -> Q:
        pk = id_of(term)
        found = Q(pk__in=[]) if pk is None else Q(pk=pk)
        if self.member_field:
            # Asked first, because the planner takes no index for an OR with a subquery.
            members = list(Member.objects.named(term).values_list("pk", flat=True))
            found |= Q(**{f"{self.member_field}__in": members})
        return found


class NewMemberForm(AdminUserCreationForm):
    class Meta:
        model = Member
        fields = ("username", "email")

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        validate_name(name)
        actions.name_is_free(name)
        return name


class MemberForm(UserChangeForm):
    class Meta:
        model = Member
        fields = "__all__"
        field_classes = {"bio": MarkdownField}


class MemberPasswordForm(AdminPasswordChangeForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        alike = Member.objects.filter(skeleton=self.user.skeleton, imported=False)
        if self.user.imported and alike.exists():
            # At a field, because the page shows no other errors.
            self.add_error(
                "password1", _("Meanwhile a member took a name that looks like this one.")
            )
        return cleaned

    def save(self, commit: bool = True) -> Member:
        """A password that is set here claims an imported name, as everywhere."""
        if self.cleaned_data["set_usable_password"]:
            actions.set_password(member=self.user, password=self.cleaned_data["password1"])
        else:
            super().save(commit)
        member: Member = self.user
        return member


@admin.register(Member)
class MemberAdmin(auth.UserAdmin):
    """Staff help members; only superusers touch the staff, and say who belongs to it."""

    form = MemberForm
    add_form = NewMemberForm
    change_password_form = MemberPasswordForm
    list_display = (
        "username", "email", "joined_at", "last_login", "is_active", "is_staff", "imported",
    )  # fmt: skip
    list_filter = ("is_active", "is_staff", "is_superuser", "imported")
    search_fields = ("^username", "=email")
    search_help_text = gettext_lazy("The start of a name, or a whole e-mail address.")
    date_hierarchy = "joined_at"
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("activate", "deactivate")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (gettext_lazy("Profile"), {"fields": ("email", "bio")}),
        (gettext_lazy("Powers"), {"fields": POWERS}),
        (gettext_lazy("Dates"), {"fields": ("joined_at", "last_login", "imported", "origin")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Member | None = None
    ) -> tuple[str, ...]:
        """Names stay: addresses, mentions and letters hold them."""
        fixed = ("joined_at", "last_login", "imported", "origin") + (("username",) if obj else ())
        return fixed if request.user.is_superuser else fixed + POWERS

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Member, form: ModelForm, change: bool) -> None:
        if change:
            actions.change_profile(member=obj, email=obj.email, bio=obj.bio)
        super().save_model(request, obj, form, change)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What `delete_account` takes away: what they wrote stays, so it is not asked for here."""
        members = list(objs)
        allowed = all(self.has_delete_permission(request, member) for member in members)
        refused = set() if allowed else {_("staff")}
        names = [member.username for member in members]
        told = [*names, _("What they wrote stays, without their names.")]
        return told, {_("members"): len(members)}, refused, []

    def delete_model(self, request: HttpRequest, obj: Member) -> None:
        actions.delete_account(member=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        for member in queryset:
            actions.delete_account(member=member)

    @admin.action(description=gettext_lazy("Let them sign in"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set_active(request, queryset, True)

    @admin.action(description=gettext_lazy("Keep them from signing in"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        self._set_active(request, queryset, False)

    def _set_active(self, request: HttpRequest, members: QuerySet[Member], active: bool) -> None:
        """Nobody does it to themselves."""
        members = members.exclude(pk=staff_member(request).pk).exclude(is_active=active)
        changed = [member for member in members if _may_touch(request, member)]
        for member in changed:
            member.is_active = active
            member.save(update_fields=["is_active"])
            self.log_change(request, member, [{"changed": {"fields": [_("active")]}}])
        said = ngettext("%(n)d member changed.", "%(n)d members changed.", len(changed))
        self.message_user(request, said % {"n": len(changed)}, messages.SUCCESS)


def _may_touch(request: HttpRequest, member: Member | None) -> bool:
    """Only superusers change an account of the staff: whoever sets its password has its powers."""
    return member is None or request.user.is_superuser or not member.is_staff


@admin.register(RetiredName)
class RetiredNameAdmin(admin.ModelAdmin):
    """Names that nobody can take; one that is deleted here is free again."""

    list_display = ("skeleton", "retired_at")
    search_fields = ("^skeleton",)
    ordering = ("-pk",)
    readonly_fields = ("skeleton", "retired_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(auth.GroupAdmin):
    """A group's permissions are its members', so only superusers change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser
