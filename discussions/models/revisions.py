"""What a text was before it was edited."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models.comments import Comment
from discussions.models.posts import TITLE_MAX_LENGTH, Post
from paging import KeysetIndex


def _versions(of: str) -> models.Index:
    """The versions of one text in order; it serves the foreign key too."""
    return KeysetIndex(
        fields=[of, "-replaced_at", "-id"],
        condition=Q(**{f"{of}__isnull": False}),
        name=f"revision_of_{of}",
    )


class Revision(models.Model):
    """An earlier version of a post or a comment, for its author and the moderators."""

    post = models.ForeignKey(
        Post, models.CASCADE, null=True, blank=True, db_index=False, related_name="revisions"
    )
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, db_index=False, related_name="revisions"
    )
    title = models.CharField(max_length=TITLE_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, comment__isnull=True)
                | Q(post__isnull=True, comment__isnull=False),
                name="revision_is_of_one_post_or_comment",
            )
        ]
        indexes = [_versions("post"), _versions("comment")]

    def __str__(self) -> str:
        return f"{self.post or self.comment} until {self.replaced_at:%Y-%m-%d %H:%M}"
