"""The mod log, which only grows, and appeals against what stands in it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from paging import KeysetIndex
from paging.keysets import Unindexed

REASON_MAX_LENGTH = 1_000
NOTE_MAX_LENGTH = 1_000
APPEAL_MAX_LENGTH = 2_000
APPEAL_WITHIN = timedelta(days=14)


class Verb(models.TextChoices):
    """What was done."""

    APPROVE = "approve", _("approved")
    HOLD = "hold", _("held back")
    REMOVE = "remove", _("removed")
    SPAM = "spam", _("removed as spam")
    RESTORE = "restore", _("restored")
    LOCK = "lock", _("locked")
    UNLOCK = "unlock", _("unlocked")
    PIN = "pin", _("pinned")
    UNPIN = "unpin", _("unpinned")
    LABEL = "label", _("labelled")
    WARN = "warn", _("warned")
    MUTE = "mute", _("muted")
    BAN = "ban", _("banned")
    LIFT = "lift", _("lifted the ban of")
    NOTE = "note", _("wrote a note about")
    PASS_ON = "pass_on", _("passed on to the staff")
    UNDO = "undo", _("took back what was done to")
    UPHOLD = "uphold", _("upheld, after an appeal, what was done to")
    OVERTURN = "overturn", _("overturned, after an appeal, what was done to")
    REDUCE = "reduce", _("made milder, after an appeal, what was done to")
    APPOINT = "appoint", _("appointed")
    STEP_DOWN = "step_down", _("took off the moderators")
    RESIGN = "resign", _("stepped down as a moderator")
    LET_IN = "let_in", _("let in")
    DISMISS = "dismiss", _("dismissed")
    SETTINGS = "settings", _("changed the settings of the board")


class ActQuerySet(models.QuerySet["Act"]):
    def on_board(self, board: Board) -> "ActQuerySet":
        return self.filter(board=board)

    def to_members(self, members: Iterable[int], boards: Iterable[int]) -> "ActQuerySet":
        """What was done to members on some boards; found by the members, also by SQLite."""
        acts = self.alias(board_aside=Unindexed(F("board")))
        return acts.filter(member__in=members, board_aside__in=boards)

    def public(self) -> "ActQuerySet":
        """What everyone who reads the board may know of: nor what follows from private acts."""
        found = self.exclude(verb__in=PRIVATE_VERBS).exclude(undoes__verb__in=PRIVATE_VERBS)
        return found.exclude(before__has_key=FOLLOWS_PRIVATE)


# Stands in `before` of what answers a private act without taking it back, or tells of reporters.
FOLLOWS_PRIVATE = "follows_private"
# Stands in `before` of the muting of a reporter: the ids of the cases that it closed.
UNHEARD = "unheard"
# Stands in `before` of what a rule did: its id.
RULE_ID = "rule_id"
# And of what a rule of the whole site did.
SITE_RULE = "site_rule"
# Between the moderators, or between them and one member.
PRIVATE_VERBS = (Verb.NOTE, Verb.WARN, Verb.PASS_ON, Verb.LET_IN, Verb.DISMISS)
APPEALABLE = (Verb.REMOVE, Verb.SPAM, Verb.LOCK, Verb.WARN, Verb.MUTE, Verb.BAN)
# These answer another act, and are not taken back as a click is.
ANSWERS = (Verb.UNDO, Verb.OVERTURN, Verb.REDUCE, Verb.UPHOLD)
# Done to a member, not to a text: they ask for the power over members.
ABOUT_MEMBERS = (Verb.WARN, Verb.MUTE, Verb.BAN, Verb.LIFT)
# What is held against a member, as long as it stands.
CONDUCT = (Verb.REMOVE, Verb.SPAM, Verb.WARN, Verb.MUTE, Verb.BAN)


def _loose(to: str) -> "models.ForeignKey[Any, Any]":
    """A key that the database does not enforce: the log stays as it is when its object goes."""
    return models.ForeignKey(
        to, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )


class Act(models.Model):
    """One thing that was done, by whom and why; never changed and never deleted.

    The database refuses both. What was taken back has another act that `undoes` it.
    """

    class Source(models.TextChoices):
        WEB = "web", _("on the site")
        COMMAND = "command", _("by command")
        RULE = "rule", _("by a rule")
        SITE = "site", _("by the site itself")

    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=12, choices=Verb)
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    # Nobody where a rule, the operator or the site itself did it.
    actor = _loose(settings.AUTH_USER_MODEL)
    role = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=100, blank=True)
    board = models.ForeignKey(
        Board, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="acts"
    )
    # What it was done to, or because of which it was done to its author.
    post = _loose("discussions.Post")
    comment = _loose("discussions.Comment")
    # Whom it concerns: the author of the target, or the member who is one.
    member = _loose(settings.AUTH_USER_MODEL)
    title = models.CharField(max_length=300, blank=True)
    snapshot = models.TextField(blank=True)
    # Of the snapshot: when it was written or last edited.
    version = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_MAX_LENGTH, blank=True)
    note = models.CharField(max_length=NOTE_MAX_LENGTH, blank=True)
    batch = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    # The columns that were changed, as they were, by which it can be taken back.
    before = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", models.DO_NOTHING, null=True, db_constraint=False, related_name="undone_by"
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("mod log")
        indexes = [
            KeysetIndex(fields=["board", "-at", "-id"], name="act_on_board"),
            KeysetIndex(fields=["board", "verb", "-at", "-id"], name="act_on_board_by_verb"),
            models.Index(
                fields=["post", "-id"], condition=Q(post__isnull=False), name="act_on_post"
            ),
            models.Index(
                fields=["comment", "-id"], condition=Q(comment__isnull=False), name="act_on_comment"
            ),
            models.Index(
                fields=["member", "board", "-id"],
                condition=Q(member__isnull=False),
                name="act_on_member",
            ),
            KeysetIndex(
                fields=["board", "-at", "-id"],
                condition=Q(verb__in=["remove", "spam"]),
                name="act_on_board_removed",
            ),
            # For the staff, who see those of all boards.
            KeysetIndex(
                fields=["-at", "-id"],
                condition=Q(verb__in=["remove", "spam"]),
                name="act_anywhere_removed",
            ),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="act_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} ({self.at:%Y-%m-%d})"

    @property
    def is_of_text(self) -> bool:
        """Whether it was done to a text; to a member it is done because of the one it names."""
        return self.verb not in ABOUT_MEMBERS and bool(self.post_id or self.comment_id)


class Appeal(models.Model):
    """A member asks that an act against them be looked at again, by someone else."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a moderator")
        UPHELD = "upheld", _("refused")
        REDUCED = "reduced", _("granted in part")
        OVERTURNED = "overturned", _("granted")

    act = models.OneToOneField(Act, models.PROTECT, related_name="appeal")
    board = models.ForeignKey(Board, models.CASCADE, db_index=False, related_name="appeals")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appeals")
    text = models.TextField(_("text"), max_length=APPEAL_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), max_length=APPEAL_MAX_LENGTH, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeal_is_open_or_decided",
            )
        ]
        indexes = [
            KeysetIndex(
                fields=["board", "-created_at", "-id"],
                condition=Q(state="open"),
                name="appeal_open_on_board",
            ),
            KeysetIndex(
                fields=["-created_at", "-id"],
                condition=Q(state="open"),
                name="appeal_open_anywhere",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal of {self.member}"
