"""What boards set for their moderation, in the admin."""

from typing import Any, ClassVar

from django.contrib import admin

from boards.models import Power
from moderation.admin.trials import Tried
from moderation.models import AutoRule, DeskSettings, ReasonTemplate
from moderation.scope import BoardFilter, Scoped


class SettingsAdmin(Scoped, admin.ModelAdmin):
    """What a board sets for its moderation."""

    power = Power.SETTINGS
    moderators_may = frozenset({"view", "add", "change", "delete"})
    list_filter: ClassVar[Any] = (BoardFilter,)
    list_select_related = ("board",)
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(SettingsAdmin):
    list_display = ("title", "board", "text", "position")
    fields = ("board", "title", "text", "position")


@admin.register(DeskSettings)
class DeskSettingsAdmin(SettingsAdmin):
    list_display = ("board", "names_moderators", "hold_first_posts", "newcomer_days")


@admin.register(AutoRule)
class AutoRuleAdmin(SettingsAdmin, Tried):
    list_display = ("name", "board", "deed", "is_active", "attempt")
