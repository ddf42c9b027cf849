"""Requests: to join a private board, and to look after one that nobody looks after."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from paging import KeysetIndex

TEXT_MAX_LENGTH = 1_000


class Request(models.Model):
    board = models.ForeignKey(Board, models.CASCADE, related_name="%(class)ss")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss")
    text = models.CharField(_("why"), max_length=TEXT_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["board", "member"],
                condition=Q(decided_at__isnull=True),
                name="%(class)s_is_one_open_a_member_and_board",
            )
        ]
        indexes = [
            KeysetIndex(
                fields=[*where, "-created_at", "-id"],
                condition=Q(decided_at__isnull=True),
                name=f"%(class)s_open_{name}",
            )
            for name, where in (("on_board", ["board"]), ("anywhere", []))
        ]

    def __str__(self) -> str:
        return f"{self.member} ({self.board})"


class JoinRequest(Request):
    """A member asks to be let into a private board that they were told of."""

    class Meta(Request.Meta):
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")


class BoardRequest(Request):
    """A member asks to look after a board that has no moderator left; the staff decide."""

    class Meta(Request.Meta):
        verbose_name = _("request for a board")
        verbose_name_plural = _("requests for boards")
