"""Letters in the admin."""

from django.contrib import admin

from accounts.admin import ViewOnlyAdmin
from inbox.models import Letter


@admin.register(Letter)
class LetterAdmin(ViewOnlyAdmin):
    """Sent and withdrawn by the actions alone; searched by recipient."""

    list_display = ("id", "recipient", "sender", "kind", "title", "created_at", "read_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("recipient", "sender")
    member_field = "recipient"
