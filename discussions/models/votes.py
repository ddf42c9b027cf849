"""Votes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from discussions.models.comments import Comment
from discussions.models.posts import Post


class Vote(models.Model):
    """One member's +1 or -1 on one target; taking it back deletes the row.

    The vote of a deleted account stays, nobody's, so that scores keep adding up.
    """

    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="%(class)ss",
    )
    value = models.SmallIntegerField(choices=[(1, _("up")), (-1, _("down"))])
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.value:+d}"


class PostVote(Vote):
    target = models.ForeignKey(Post, models.CASCADE, related_name="votes")

    class Meta:
        verbose_name = _("vote on a post")
        verbose_name_plural = _("votes on posts")
        constraints = [
            models.UniqueConstraint(
                fields=["voter", "target"], name="post_vote_is_one_a_member_and_post"
            ),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="post_vote_is_up_or_down"),
        ]


class CommentVote(Vote):
    target = models.ForeignKey(Comment, models.CASCADE, related_name="votes")

    class Meta:
        verbose_name = _("vote on a comment")
        verbose_name_plural = _("votes on comments")
        constraints = [
            models.UniqueConstraint(
                fields=["voter", "target"], name="comment_vote_is_one_a_member_and_comment"
            ),
            models.CheckConstraint(
                condition=Q(value__in=[1, -1]), name="comment_vote_is_up_or_down"
            ),
        ]
