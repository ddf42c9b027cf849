"""What the moderators of a board write for each other, and the reasons they give often."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from moderation.models.log import NOTE_MAX_LENGTH, REASON_MAX_LENGTH


class Note(models.Model):
    """What the moderators of a board should know of a member; they alone read it."""

    board = models.ForeignKey(Board, models.CASCADE, db_index=False, related_name="notes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.CharField(_("text"), max_length=NOTE_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["board", "member", "-id"], name="note_on_member")]

    def __str__(self) -> str:
        return self.text


class ReasonTemplate(models.Model):
    """A reason that is given often: its text is filled in, and can be changed before it is sent."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="reason_templates")
    title = models.CharField(_("title"), max_length=100)
    text = models.CharField(
        _("text"),
        max_length=REASON_MAX_LENGTH,
        help_text=_("Goes to the author, and into the public log."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reason template")
        verbose_name_plural = _("reason templates")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
