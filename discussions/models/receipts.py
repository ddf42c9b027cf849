"""Receipts, by which a form sent twice is answered once."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """The answer given to one form: `key` is made with the form, `object_id` is what it wrote.

    Of no use once the form is gone from the member's screen; `manage.py prune` deletes old ones.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="receipts"
    )
    key = models.UUIDField()
    object_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "key"], name="receipt_is_one_a_member_and_form"
            )
        ]

    def __str__(self) -> str:
        return str(self.key)
