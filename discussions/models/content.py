"""What posts and comments have in common."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boards.models import Viewer, is_site_staff
from discussions import ranking
from paging import KeysetIndex

# Columns that lists need not read.
BOARD_TEXTS = ("description", "description_html", "rules", "rules_html")
AUTHOR_TEXTS = ("author__bio", "author__bio_html", "author__password")

LIVE = Q(deleted_at__isnull=True, removed_at__isnull=True)


class Written:
    """What is told of a text by its columns, whether it was read as a model or as a row."""

    author_id: int | None
    deleted_at: datetime | None
    removed_at: datetime | None

    @property
    def is_live(self) -> bool:
        return self.deleted_at is None and self.removed_at is None

    def shows_text_to(self, viewer: Viewer, *, moderates: bool) -> bool:
        """Whether the viewer may read the text: a removed one only its author and moderators."""
        if self.deleted_at is not None:
            return False
        if self.removed_at is None or moderates:
            return True
        own = viewer.is_authenticated and viewer.pk == self.author_id
        return own or is_site_staff(viewer)


class Content(Written, models.Model):
    """A text with an author, votes and a state.

    Deleted is the author's act (the text is gone), removed a moderator's (the text is kept for the
    author and the moderators, and may come back). Either leaves a tombstone in the tree.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="%(class)ss",
        help_text=gettext_lazy("Nobody where the account is gone."),
    )
    text = models.TextField(gettext_lazy("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(gettext_lazy("written"), default=timezone.now)
    edited_at = models.DateTimeField(gettext_lazy("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(gettext_lazy("deleted"), null=True, blank=True)
    removed_at = models.DateTimeField(gettext_lazy("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    is_held = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=gettext_lazy("Removed until a moderator has looked at it."),
    )
    ups = models.PositiveIntegerField(default=1)
    downs = models.PositiveIntegerField(default=0)
    score = models.IntegerField(default=1)
    # Points of an imported text that no vote row stands for, above or below zero.
    base_score = models.IntegerField(default=0)
    # And so many ups and as many downs, which leave the score as it is.
    base_pairs = models.IntegerField(default=0, db_default=0)
    controversy = models.FloatField(default=0.0)
    # Where it came from ("t3_n49rw"), so that an archive read twice is written once.
    source_id = models.CharField(max_length=32, null=True, blank=True, editable=False)  # noqa: DJ001

    # The viewer's own vote, laid over by `marks.lay_votes_over`.
    my_vote = 0
    # Whether the viewer may read the text, laid over by the view that shows it.
    readable = False

    class Meta:
        abstract = True
        indexes = [
            KeysetIndex(fields=["author", "-created_at", "-id"], name="%(class)s_by_author"),
            models.Index(
                fields=["removed_by"],
                condition=Q(removed_by__isnull=False),
                name="%(class)s_by_remover",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_id"],
                condition=Q(source_id__isnull=False),
                name="%(class)s_source_comes_once",
            ),
            models.CheckConstraint(
                condition=Q(is_held=False) | Q(removed_at__isnull=False),
                name="%(class)s_held_is_removed",
            ),
            models.CheckConstraint(
                condition=Q(score=F("ups") - F("downs")), name="%(class)s_score_is_ups_less_downs"
            ),
        ]

    @property
    def shows_author(self) -> bool:
        """Whether the author is named: not where the text can't be read or the account is gone."""
        return self.author is not None and (self.is_live or self.readable)

    @property
    def author_is_staff(self) -> bool:
        return self.author is not None and self.author.is_staff

    def count_votes(self, ups: int, downs: int) -> None:
        """Set the counts and the ranks that follow from them; the caller writes them."""
        self.ups, self.downs, self.score = ups, downs, ups - downs
        self.controversy = ranking.controversy(ups, downs)
