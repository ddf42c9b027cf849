"""Who follows, looks after and may read a board."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models.board import Board
from boards.models.powers import Power
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
    """A member looks after a board. Owners may do everything, and nobody acts on them but staff."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="moderator_set")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="moderator_set"
    )
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    appointed_at = models.DateTimeField(default=timezone.now)
    is_owner = models.BooleanField(_("owner"), default=False, db_default=False)
    may_content = models.BooleanField(Power.CONTENT.label, default=True, db_default=True)
    may_members = models.BooleanField(Power.MEMBERS.label, default=True, db_default=True)
    may_settings = models.BooleanField(Power.SETTINGS.label, default=False, db_default=False)
    may_moderators = models.BooleanField(Power.MODERATORS.label, default=False, db_default=False)

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

    def may(self, power: Power) -> bool:
        return self.is_owner or bool(getattr(self, power.value))

    @property
    def powers(self) -> set[Power]:
        return {power for power in Power if self.may(power)}


class BanQuerySet(models.QuerySet["Ban"]):
    def in_force(self) -> "BanQuerySet":
        """Those whose time is not over, by the database's clock; the others mean nothing."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=Now()))


class Ban(models.Model):
    """A member may not take part in a board, for some time or for good.

    Whoever is banned neither writes nor votes there, nor reads the board if it is private; whoever
    is muted writes nothing. The act and its reason stand in the mod log.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="bans")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="bans"
    )
    is_mute = models.BooleanField(_("mute"), default=False)
    until = models.DateTimeField(_("until"), null=True, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=1_000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "board"], name="ban_is_one_a_member_and_board"
            )
        ]
        # In the order in which they end.
        indexes = [
            KeysetIndex(
                fields=["board", "-until", "-id"],
                condition=Q(until__isnull=False),
                name="ban_on_board_by_end",
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
