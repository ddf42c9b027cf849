"""The review queue: one case for each target, with its reports."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from moderation.models.lanes import FACET, LANE, case_indexes

REASON_MAX_LENGTH = 500

Target = Post | Comment | Member

ONE_TARGET = (
    Q(post__isnull=False, comment__isnull=True, member__isnull=True)
    | Q(post__isnull=True, comment__isnull=False, member__isnull=True)
    | Q(post__isnull=True, comment__isnull=True, member__isnull=False)
)


def target_field(target: Target) -> str:
    """The name of the foreign key by which a row points to a target of this sort."""
    return type(target).__name__.lower()


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at__isnull=True)

    def about(self, board: Board, target: Target) -> "CaseQuerySet":
        return self.filter(board=board, **{target_field(target): target})

    def not_about(self, member: Member) -> "CaseQuerySet":
        """Without those about a member or what they wrote, which others decide."""
        posts = Post.objects.filter(pk=OuterRef("post"), author=member)
        comments = Comment.objects.filter(pk=OuterRef("comment"), author=member)
        theirs = Exists(posts.order_by()), Exists(comments.order_by())
        return self.filter(Q(member=None) | ~Q(member=member), ~theirs[0], ~theirs[1])

    def with_targets(self) -> "CaseQuerySet":
        """With what a card of the queue shows."""
        return self.select_related(
            "board", "claimed_by", "member", "post__author", "post__board",
            "comment__author", "comment__post__board",
        )  # fmt: skip


class Case(models.Model):
    """Something that waits for a moderator of a board: a post, a comment or a member.

    There is one open case a target at most; what is decided closes it. Reports gather on it.
    """

    class Kind(models.TextChoices):
        REPORTED = "reported", _("reported")
        HELD = "held", _("held back")
        EDITED = "edited", _("edited after approval")

    class Newness(models.IntegerChoices):
        """How long the author had been a member when it was opened."""

        DAY = 0, _("less than a day")
        WEEK = 1, _("less than a week")
        MONTH = 2, _("less than a month")
        OLDER = 3, _("a month or more")

        @classmethod
        def of(cls, age: timedelta) -> "Case.Newness":
            for newness, days in ((cls.DAY, 1), (cls.WEEK, 7), (cls.MONTH, 30)):
                if age < timedelta(days=days):
                    return newness
            return cls.OLDER

    board = models.ForeignKey(Board, models.CASCADE, db_index=False, related_name="cases")
    kind = models.CharField(max_length=10, choices=Kind)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="cases")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="cases")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="cases"
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    # Which rule held or reported it, or "" where members did.
    rule = models.CharField(max_length=100, blank=True)
    # What the queue is narrowed by; here, so that an index finds it: the first rule of the board
    # that a report names, or the name of `rule`, and "" where members say it in their own words.
    reason = models.CharField(max_length=200, blank=True, db_default="")
    newness = models.PositiveSmallIntegerField(
        choices=Newness, default=Newness.OLDER, db_default=Newness.OLDER
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="claims"
    )
    claimed_at = models.DateTimeField(null=True)
    # Passed on by the moderators, so that the staff of the site decide it.
    for_staff = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    approved = models.BooleanField(default=False)
    # Of an approved target: reports are answered at once until it is edited.
    ignores_reports = models.BooleanField(default=False)
    # Made by the database of the columns above, for the indexes: see lanes.py.
    lane = models.GeneratedField(
        expression=LANE, output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    facet = models.GeneratedField(
        expression=FACET, output_field=models.PositiveSmallIntegerField(), db_persist=True
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("review queue")
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="case_is_about_one_target"),
            *(
                models.UniqueConstraint(
                    fields=["board", target],
                    condition=Q(closed_at__isnull=True),
                    name=f"case_is_one_open_about_a_{target}",
                )
                for target in ("post", "comment", "member")
            ),
        ]
        indexes = case_indexes()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"

    @property
    def target(self) -> Any:
        """The post, comment or member that it is about."""
        return self.post or self.comment or self.member

    @property
    def content(self) -> Any:
        """The post or comment that it is about, or None."""
        return self.post or self.comment

    @property
    def author(self) -> Member | None:
        """Whom a decision concerns."""
        content = self.content
        found: Member | None = content.author if content else self.member
        return found


class Report(models.Model):
    """What a member says is wrong with a target. Moderators are not told who said it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("waits for a moderator")
        ACTED = "acted", _("a moderator did something about it")
        KEPT = "kept", _("a moderator found nothing wrong")
        GONE = "gone", _("what you reported is gone")

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports"
    )
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"],
                condition=Q(reporter__isnull=False),
                name="report_is_one_a_member_and_case",
            ),
            models.CheckConstraint(
                condition=~Q(rule="", reason=""), name="report_gives_a_rule_or_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.rule or self.reason
