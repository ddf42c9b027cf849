"""The people around boards in the admin; the boards themselves are with discussions.

Moderators and approved members are changed on their board's page.
"""

from django.contrib import admin

from accounts.admin import ViewOnlyAdmin
from boards.models import Moderator, Subscription


@admin.register(Moderator)
class ModeratorAdmin(ViewOnlyAdmin):
    list_display = ("id", "member", "board", "appointed_by", "appointed_at")
    list_select_related = ("member", "board", "appointed_by")
    member_field = "member"


@admin.register(Subscription)
class SubscriptionAdmin(ViewOnlyAdmin):
    list_display = ("id", "member", "board", "created_at")
    list_select_related = ("member", "board")
    member_field = "member"
