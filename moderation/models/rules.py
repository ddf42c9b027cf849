"""What boards and the site set for their moderation."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from moderation.models.log import REASON_MAX_LENGTH

WORDS_MAX_LENGTH = 5_000
# A hundred years.
MOST_DAYS = 36_500
MOST_NEWCOMER_DAYS = 3_650
MOST_FIRST_POSTS = 100
RULES_PER_BOARD = 100
NAME_IS_TAKEN = _("There is a rule of this name already.")


class DeskSettings(models.Model):
    """How a board's desk works; a board without a row has the defaults."""

    board = models.OneToOneField(Board, models.CASCADE, related_name="desk_settings")
    names_moderators = models.BooleanField(_("name moderators in the public log"), default=True)
    hold_first_posts = models.PositiveSmallIntegerField(
        _("hold the first posts of newcomers"),
        default=0,
        validators=[MaxValueValidator(MOST_FIRST_POSTS)],
        help_text=_("So many of each new member's first posts and comments wait for a moderator."),
    )
    newcomer_days = models.PositiveSmallIntegerField(
        _("days for which a member is new"),
        default=7,
        validators=[MaxValueValidator(MOST_NEWCOMER_DAYS)],
    )

    class Meta:
        verbose_name = _("settings of the desk")
        verbose_name_plural = _("settings of desks")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    hold_first_posts__lte=MOST_FIRST_POSTS, newcomer_days__lte=MOST_NEWCOMER_DAYS
                ),
                name="desk_settings_are_within_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.board)


class AutoRule(models.Model):
    """If all that it asks is true of a text, something is done; without a board, everywhere."""

    class Deed(models.TextChoices):
        HOLD = "hold", _("hold it back for review")
        REPORT = "report", _("report it")
        REMOVE = "remove", _("remove it, with the reason")
        NSFW = "nsfw", _("label it NSFW")
        SPOILER = "spoiler", _("label it a spoiler")
        NOTE = "note", _("write a note about its author")

    board = models.ForeignKey(
        Board, models.CASCADE, null=True, blank=True, related_name="auto_rules"
    )
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=False)
    for_posts = models.BooleanField(_("posts"), default=True)
    for_comments = models.BooleanField(_("comments"), default=True)
    words = models.TextField(
        _("words"),
        max_length=WORDS_MAX_LENGTH,
        blank=True,
        help_text=_(
            "One word or phrase a line; one of them must stand in the title or the text. Of a "
            "phrase the first ten words count."
        ),
    )
    domains = models.TextField(
        _("domains"),
        max_length=WORDS_MAX_LENGTH,
        blank=True,
        help_text=_("One a line; a link must lead to one of them, or to a part of one."),
    )
    younger_than_days = models.PositiveIntegerField(
        _("account younger than (days)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_DAYS)],
    )
    score_below = models.IntegerField(_("score below"), null=True, blank=True)
    reports_at_least = models.PositiveIntegerField(_("reports, at least"), null=True, blank=True)
    deed = models.CharField(_("then"), max_length=10, choices=Deed)
    reason = models.CharField(
        _("reason"),
        max_length=REASON_MAX_LENGTH,
        blank=True,
        help_text=_(
            "Of what is held or removed: goes to the author, and into the public log. Of a note: "
            "stays among the moderators."
        ),
    )
    # By which processes know whether they have it as it is now.
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(
                    words="",
                    domains="",
                    younger_than_days__isnull=True,
                    score_below__isnull=True,
                    reports_at_least__isnull=True,
                ),
                name="auto_rule_asks_something",
            ),
            models.CheckConstraint(
                condition=Q(younger_than_days__lte=MOST_DAYS),
                name="auto_rule_asks_for_an_age_that_can_be",
            ),
            # By its name the log and the queue tell of it.
            models.UniqueConstraint(
                "board",
                Lower("name"),
                name="auto_rule_name_is_unique_on_its_board",
                violation_error_message=NAME_IS_TAKEN,
            ),
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(board__isnull=True),
                name="auto_rule_name_is_unique_on_the_site",
                violation_error_message=NAME_IS_TAKEN,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError for a text too long, a name that is taken, or one rule too many.

        Whoever makes rules there at the same time waits: those of a board have its row to wait
        for, those of the site each other's.
        """
        self.clean_fields()
        with transaction.atomic():
            rows: models.QuerySet[Any] = AutoRule.objects.filter(board=None).order_by("pk")
            if self.board_id is not None:
                rows = Board.objects.filter(pk=self.board_id)
            list(rows.select_for_update(no_key=True).values_list("pk"))
            self.clean()
            super().save(*args, **kwargs)

    def clean(self) -> None:
        numbers = (self.younger_than_days, self.score_below, self.reports_at_least)
        if not (self.words or self.domains) and all(number is None for number in numbers):
            nothing = _("Say what it looks for: words, domains, or one of the numbers below.")
            raise ValidationError({"words": nothing}, code="asks_nothing")
        for name in ("words", "domains"):
            # Of a text field, forms alone ask this.
            if len(getattr(self, name)) > WORDS_MAX_LENGTH:
                said = _("At most %(count)d characters.") % {"count": WORDS_MAX_LENGTH}
                raise ValidationError({name: said}, code="max_length")
        others = AutoRule.objects.filter(board=self.board_id).exclude(pk=self.pk)
        if others.filter(name__lower=Lower(models.Value(self.name))).exists():
            raise ValidationError({"name": NAME_IS_TAKEN}, code="taken")
        if others.count() >= RULES_PER_BOARD:
            raise ValidationError(
                _("There are %(count)d rules already.") % {"count": RULES_PER_BOARD},
                code="too_many",
            )


class MutedReporter(models.Model):
    """A member whose reports a board no longer takes; its moderators don't know who it is."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="+")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    muted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("muted reporter")
        verbose_name_plural = _("muted reporters")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "reporter"], name="muted_reporter_is_one_a_member_and_board"
            )
        ]

    def __str__(self) -> str:
        return f"{self.board}"
