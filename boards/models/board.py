"""Boards, and the one rule of who reads them."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from boards.models.powers import EVERYWHERE, Power, Viewer, is_site_staff
from boards.models.told import Told
from markup import list_items
from paging import Given, KeysetIndex, planned
from paging.prepared import held

if TYPE_CHECKING:
    from boards.models.people import Moderator

NAME_MIN_LENGTH = 3
NAME_MAX_LENGTH = 40
TEXT_MAX_LENGTH = 10_000
RULE_LENGTH = 200


def readable_boards(viewer: Viewer, prefix: str = "") -> Q:
    """The one rule of who reads a board: anyone a public one; those let in and staff a private one.

    `prefix` leads from the filtered model to the board (`"board__"`), so that posts, comments and
    whatever else lies on a board ask by the same rule.
    """
    if is_site_staff(viewer):
        return Q()
    public = Q(**{f"{prefix}is_private": False})
    if not viewer.is_authenticated:
        return public
    boards = prefix.removesuffix("__") or "pk"
    return public | Q(**{f"{boards}__in": _let_in(viewer)})


def _let_in(viewer: Viewer) -> RawSQL:
    """The ids of the boards that a member looks after or is approved on, and not banned from.

    In SQL, since every page asks it: built by the query language it takes a millisecond.
    """
    return RawSQL(
        "SELECT board_id FROM ("
        "SELECT board_id FROM boards_moderator WHERE member_id = %s "
        "UNION ALL SELECT board_id FROM boards_approvedmember WHERE member_id = %s) AS let_in "
        "WHERE board_id NOT IN (SELECT board_id FROM boards_ban WHERE member_id = %s "
        "AND NOT is_mute AND (until IS NULL OR until > CURRENT_TIMESTAMP))",
        [viewer.pk, viewer.pk, viewer.pk],
    )


def ban_of(viewer: Viewer, board: str) -> Any:
    """What keeps the viewer from taking part in the board of this column: "ban", "mute" or ""."""
    if not viewer.is_authenticated:
        return models.Value("")
    return RawSQL(
        "COALESCE((SELECT CASE WHEN mine.is_mute THEN 'mute' ELSE 'ban' END "
        f"FROM boards_ban AS mine WHERE mine.member_id = %s AND mine.board_id = {board} "
        "AND (mine.until IS NULL OR mine.until > CURRENT_TIMESTAMP)), '')",
        [viewer.pk],
        output_field=models.CharField(),
    )


@lru_cache(maxsize=1_000)
def board_url(name: str) -> str:
    return reverse("discussions:board", args=[name])


class BoardQuerySet(models.QuerySet["Board"]):
    def private_to(self, viewer: Viewer) -> "BoardQuerySet":
        """The private boards among `visible_to`, found from the viewer's side: they are few."""
        if not viewer.is_authenticated:
            return self.none()
        boards = self.filter(is_private=True)
        if is_site_staff(viewer):
            return boards
        return boards.filter(pk__in=_let_in(viewer))

    def visible_to(self, viewer: Viewer) -> "BoardQuerySet":
        return self.filter(readable_boards(viewer))

    def named(self, name: str) -> "BoardQuerySet":
        return self.filter(name__lower=name.lower())

    def with_standing(self, viewer: Viewer) -> "BoardQuerySet":
        """Lay over each board what the viewer is to it (see `Board.viewer_moderates`)."""

        def stands(table: str) -> Any:
            if not viewer.is_authenticated:
                return models.Value(False)
            # In SQL for the same reason as `_let_in`.
            return RawSQL(
                f"EXISTS (SELECT 1 FROM {table} AS mine "
                "WHERE mine.member_id = %s AND mine.board_id = boards_board.id)",
                [viewer.pk],
                output_field=models.BooleanField(),
            )

        return self.annotate(
            viewer_ban=ban_of(viewer, "boards_board.id"),
            viewer_moderates=stands("boards_moderator"),
            viewer_approved=stands("boards_approvedmember"),
            viewer_subscribed=stands("boards_subscription"),
        )

    def hold(self, pk: int) -> "Board":
        """A board's privacy as it is now and stays until the transaction ends; the rest is unread.

        Many may hold it at once; who changes it (`select_for_update`) waits for them all. On
        SQLite transactions that write come one after the other anyway.
        """
        found = _held.first(pk=pk)
        if found is None:
            raise Board.DoesNotExist
        return found

    def matching(self, words: str) -> "BoardQuerySet":
        """Boards with `words` in their name or title."""
        return self.filter(Q(name__icontains=words) | Q(title__icontains=words))

    def for_list(self) -> "BoardQuerySet":
        """Without the texts, but for the one that a row of a list shows the start of."""
        return self.defer("description_html", "rules", "rules_html")


class Board(Told, models.Model):
    """A place for posts on one subject, with its own rules and moderators."""

    name = models.CharField(
        _("name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("3 to 40 letters, digits and underscores. It is part of the board's address."),
        validators=[
            MinLengthValidator(NAME_MIN_LENGTH),
            RegexValidator(
                r"\A[A-Za-z0-9_]+\Z",
                _("Use only the letters a to z, digits and underscores."),
            ),
        ],
    )
    title = models.CharField(_("title"), max_length=100, help_text=_("What people call it."))
    description = models.TextField(
        _("description"),
        max_length=TEXT_MAX_LENGTH,
        blank=True,
        help_text=_("What the board is for. Markdown."),
    )
    description_html = models.TextField(blank=True, editable=False)
    rules = models.TextField(
        _("rules"),
        max_length=TEXT_MAX_LENGTH,
        blank=True,
        help_text=_("What members keep to. Markdown; a numbered list reads well."),
    )
    rules_html = models.TextField(blank=True, editable=False)
    is_private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_("Only its moderators and the members they approve can read it."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="boards_made",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    moderators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Moderator",
        through_fields=("board", "member"),
        related_name="boards_moderated",
    )
    approved_members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="ApprovedMember",
        through_fields=("board", "member"),
        related_name="boards_approved",
    )
    banned_members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Ban", related_name="boards_banned"
    )
    subscribers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Subscription", related_name="boards_subscribed"
    )
    # Counters, kept by the actions and proved by `manage.py recount`.
    subscriber_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    active_at = models.DateTimeField(_("last post"), default=timezone.now, editable=False)

    objects = BoardQuerySet.as_manager()

    # Laid over a board by `with_standing`; a board read without it is nobody's.
    viewer_moderates = False
    viewer_approved = False
    viewer_subscribed = False
    # "ban", "mute" or "".
    viewer_ban = ""

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        permissions = EVERYWHERE
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="board_name_is_unique_in_any_case",
                violation_error_message=_("There is a board of this name already."),
            ),
        ]
        indexes = [
            KeysetIndex(fields=["-active_at", "-id"], name="board_by_activity"),
            KeysetIndex(fields=["-subscriber_count", "-id"], name="board_by_size"),
            models.Index(fields=["id"], condition=Q(is_private=True), name="board_private"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return board_url(self.name)

    def readers(self) -> models.QuerySet[Member]:
        """Who is told of the board: all who read it, but for staff who do so for their office.

        They would keep the letters when they leave the staff.
        """
        return readers_of(self.pk, is_private=self.is_private)

    @cached_property
    def listed_moderators(self) -> "list[Moderator]":
        """Who looks after it, the longest in office first, with their names."""
        return _moderators.objects(board=self.pk)

    @property
    def rule_titles(self) -> list[str]:
        """Its rules one by one, plain: the items of the lists in them, each once."""
        return list(dict.fromkeys(line[:RULE_LENGTH] for line in list_items(self.rules)))

    @property
    def is_orphaned(self) -> bool:
        """Whether nobody looks after it any more who could sign in."""
        active = {"member__is_active": True, "member__imported": False}
        return not self.moderator_set.filter(**active).exists()

    @property
    def key(self) -> str:
        """The path under which letters about this board are kept."""
        return f"board/{self.pk}/"


def readers_of(board: int | Given, *, is_private: bool) -> models.QuerySet[Member]:
    """See `Board.readers`."""
    members = Member.objects.filter(is_active=True)
    if not is_private:
        return members
    let_in: list[Any] = [Board.moderators.through, Board.approved_members.through]
    moderators, approved = (model.objects.filter(board=board).values("member") for model in let_in)
    banned = Board.banned_members.through.objects.in_force().filter(board=board, is_mute=False)  # type: ignore[attr-defined]
    let_in_now = members.filter(Q(pk__in=moderators) | Q(pk__in=approved))
    return let_in_now.exclude(pk__in=banned.values("member"))


@planned
def _held(pk: Given) -> "models.QuerySet[Board]":
    return held(Board.objects.filter(pk=pk).only("is_private"))


@planned
def _moderators(board: Given) -> "models.QuerySet[Moderator]":
    model: Any = Board.moderators.through
    moderators: models.QuerySet[Moderator] = model.objects.filter(board=board)
    shown = ("board", "member__username", "is_owner", *Power.values)
    moderators = moderators.select_related("member").only(*shown)
    return moderators.order_by("appointed_at", "pk")
