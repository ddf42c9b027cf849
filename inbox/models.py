"""Letters: what a member is told."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from paging import KeysetIndex

EXCERPT_LENGTH = 200


class LetterQuerySet(models.QuerySet["Letter"]):
    def of(self, member: models.Model) -> "LetterQuerySet":
        return self.filter(recipient=member)

    def unread(self) -> "LetterQuerySet":
        return self.filter(read_at__isnull=True)

    def about(self, subject_key: str) -> "LetterQuerySet":
        return self.filter(subject_key=subject_key)

    def within(self, subject_key: str) -> "LetterQuerySet":
        """Letters about a subject and all that it holds: keys nest like paths."""
        return self.filter(subject_key__startswith=subject_key)


class Letter(models.Model):
    """A notice in somebody's inbox, whole in itself: it points to no row of another app.

    `subject_key` is a path that ends in a slash (`board/3/post/5/comment/7/`), by which whoever
    sent the letter can withdraw it, alone or with everything below a board or a post.
    """

    class Kind(models.TextChoices):
        POST_REPLY = "post_reply", _("reply to your post")
        COMMENT_REPLY = "comment_reply", _("reply to your comment")
        MENTION = "mention", _("mention")
        MODERATION = "moderation", _("from the moderators")
        REPORT = "report", _("about your report")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="letters"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=EXCERPT_LENGTH + 1, blank=True)
    url = models.CharField(max_length=500)
    subject_key = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["post_reply", "comment_reply", "mention", "moderation", "report"]
                ),
                name="letter_kind_is_known",
            ),
            models.UniqueConstraint(
                fields=["recipient", "subject_key"], name="letter_comes_once_a_subject"
            ),
        ]
        indexes = [
            KeysetIndex(fields=["recipient", "-created_at", "-id"], name="letter_by_recipient"),
            KeysetIndex(
                fields=["recipient", "-created_at", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="letter_unread",
            ),
            models.Index(
                fields=["subject_key"], name="letter_by_subject", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @property
    def has_sender(self) -> bool:
        """Whether a member wrote it, who may have gone; the site writes the others itself."""
        return self.kind not in (self.Kind.MODERATION, self.Kind.REPORT)
