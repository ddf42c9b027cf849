"""Visits, by which members are shown what is new to them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from discussions.models.posts import Post

# Whoever opens a thread again this soon is still on the same visit: what was new to them when it
# began stays marked when they reload, turn the page, change the order or come back.
VISIT_LASTS = timedelta(minutes=30)


class Visit(models.Model):
    """When a member last opened a thread, and how it was then: one row a member and thread.

    Of no use once the member has long not come back; `manage.py prune` deletes old ones.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="visits"
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="visits")
    since = models.DateTimeField(help_text=_("What came after it is new in the present visit."))
    seen_at = models.DateTimeField(_("seen"), db_index=True)
    # Of the whole thread, whatever was shown of it; the member's own later replies are added.
    comment_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "post"], name="visit_is_one_a_member_and_post"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.post_id}"

    def since_when(self, at: datetime) -> datetime:
        """What came after this moment is new to the member who opens the thread `at` another."""
        return self.since if at - self.seen_at < VISIT_LASTS else self.seen_at
