"""Who follows, looks after and may read a board."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models.board import Board
from paging import KeysetIndex


class Subscription(models.Model):
    """A member follows a board: its posts come to their front page."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="subscriptions")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="subscriptions"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "board"], name="subscription_is_one_a_member_and_board"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.board}"


class ModeratorQuerySet(models.QuerySet["Moderator"]):
    def in_order(self) -> "ModeratorQuerySet":
        """The longest in office first, with the members and who appointed them."""
        return self.select_related("member", "appointed_by").order_by("appointed_at", "pk")


class Moderator(models.Model):
    """A member looks after a board."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="moderator_set")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="moderator_set"
    )
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    appointed_at = models.DateTimeField(default=timezone.now)

    objects = ModeratorQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderator")
        verbose_name_plural = _("moderators")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "board"], name="moderator_is_one_a_member_and_board"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} ({self.board})"


class ApprovedMember(models.Model):
    """A member may read and write on a private board."""

    board = models.ForeignKey(Board, models.CASCADE, db_index=False, related_name="approved_set")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="approved_set"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approved member")
        verbose_name_plural = _("approved members")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "board"], name="approved_member_is_one_a_member_and_board"
            )
        ]
        indexes = [KeysetIndex(fields=["board", "-approved_at", "-id"], name="approved_on_board")]

    def __str__(self) -> str:
        return f"{self.member} ({self.board})"
