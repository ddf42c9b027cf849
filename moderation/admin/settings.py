"""What boards set for their moderation, in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import staff_member
from boards.models import Power
from markup.fields import LineField
from moderation.actions import settings
from moderation.actions.log import By
from moderation.admin.trials import Tried
from moderation.forms import WordsField
from moderation.models import AutoRule, DeskSettings, ReasonTemplate
from moderation.scope import BoardFilter, Scoped


class SettingsAdmin(Scoped, admin.ModelAdmin):
    """What a board sets for its moderation."""

    power = Power.SETTINGS
    moderators_may = frozenset({"view", "add", "change", "delete"})
    list_filter: ClassVar[Any] = (BoardFilter,)
    list_select_related = ("board",)
    formfield_overrides: ClassVar[Any] = {
        models.CharField: {"form_class": LineField},
        models.TextField: {"form_class": WordsField},
    }
    ordering = ("-pk",)
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """On the boards it was on and goes to, the log tells of it."""
        before = self.model._default_manager.filter(pk=obj.pk).first() if change else None
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            told = ", ".join(form.changed_data) if change else "added"
            if before is not None and before.board_id != obj.board_id:
                self._write_down(request, before, "moved")
            if told:
                self._write_down(request, obj, told)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            self._write_down(request, obj, "deleted")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.select_related("board"):
            self.delete_model(request, row)

    def _write_down(self, request: HttpRequest, row: Any, told: str) -> None:
        """What is of the whole site has no log but that of the admin."""
        if row.board is not None:
            what = f"{self.opts.verbose_name} “{row}”: {told}"
            settings.write_down(row.board, By(staff_member(request)), what)


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(SettingsAdmin):
    """Of who gives reasons, and so for those who decide about posts and comments."""

    power = Power.CONTENT
    list_display = ("title", "board", "text", "position")
    fields = ("board", "title", "text", "position")


@admin.register(DeskSettings)
class DeskSettingsAdmin(SettingsAdmin):
    list_display = ("board", "names_moderators", "hold_first_posts", "newcomer_days")


@admin.register(AutoRule)
class AutoRuleAdmin(SettingsAdmin, Tried):
    list_display = ("name", "where", "deed", "state", "attempt")

    @admin.display(description=gettext_lazy("board"), ordering="board")
    def where(self, rule: AutoRule) -> str:
        return rule.board.name if rule.board else _("the whole site")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Its reason may have lines, as a moderator's."""
        if db_field.name == "reason":
            kwargs |= {"form_class": WordsField, "widget": AdminTextareaWidget({"rows": 3})}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Staff leave the board out; that is how the site has a wordlist and a list of domains."""
        if not self.is_free(request, "change"):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["empty_label"] = _("the whole site")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.help_text = _(
            "The site's wordlist is a rule of the whole site with the words below, its domain list "
            "one with the domains."
        )
        return field
