"""Posts."""

import hashlib
from urllib.parse import quote, urlsplit, urlunsplit

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Viewer, readable_boards
from discussions import ranking
from discussions.models.content import AUTHOR_TEXTS, BOARD_TEXTS, LIVE, Content
from discussions.models.weeks import WeekOf
from markup import excerpt
from paging import KeysetIndex

TITLE_MAX_LENGTH = 300
TEXT_MAX_LENGTH = 40_000
URL_MAX_LENGTH = 2_000
DELETED_TITLE = "[deleted]"
REMOVED_TITLE = "[removed]"
SLUG_MAX_LENGTH = 60
# Words that stand in a slug's place in the addresses of what is done with a post. Who adds one
# moves the slugs that it takes, as migration 0003 does.
TAKEN_SLUGS = frozenset(
    """
    approve ban c delete edit feed history label lock pin reason remove reply report restore spam
    vote why
    """.split()
)


# Of posts alone, without a look at their boards, so that the indexes of lists can be of these.
PUBLIC = Q(is_private=False)
PRIVATE = Q(is_private=True)


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> "PostQuerySet":
        """Posts on boards the viewer reads; those deleted or removed too, as their tombstones."""
        return self.filter(readable_boards(viewer, "board__"))

    def live(self) -> "PostQuerySet":
        return self.filter(LIVE)

    def open(self) -> "PostQuerySet":
        """Posts that take new comments."""
        return self.live().filter(locked_at__isnull=True)

    def in_board(self, board: Board) -> "PostQuerySet":
        return self.filter(board=board)

    def pinned(self) -> "PostQuerySet":
        """Those that stay on top of their board for now, by the database's clock."""
        return self.filter(pinned_until__gt=Now())

    def public(self) -> "PostQuerySet":
        return self.filter(PUBLIC)

    def for_list(self) -> "PostQuerySet":
        """With what a row of a list shows, and without the texts, which it does not."""
        texts = ["text", "html", *AUTHOR_TEXTS, *(f"board__{name}" for name in BOARD_TEXTS)]
        return self.select_related("author", "board").defer(*texts)

    def with_link(self, url: str, board: Board) -> "PostQuerySet":
        return self.filter(board=board, link_key=link_key(url))


def _indexes(column: str, *, weekly: bool = False) -> list[models.Index]:
    """Two indexes for one order: over all public boards and within one, of what lists show alone.

    If `weekly` they begin anew for each week.
    """
    fields = ["created_week"] if weekly else []
    fields += [f"-{column}", "-id"]
    name = f"week_{column}" if weekly else f"by_{column}"
    return [
        KeysetIndex(fields=fields, condition=LIVE & PUBLIC, name=f"post_public_{name}"),
        KeysetIndex(fields=["board", *fields], condition=LIVE, name=f"post_on_board_{name}"),
    ]


class Post(Content):
    """A text or a link, put up on a board; starts a thread."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="posts")
    title = models.CharField(_("title"), max_length=TITLE_MAX_LENGTH)
    slug = models.CharField(max_length=SLUG_MAX_LENGTH, editable=False)
    url = models.URLField(_("link"), max_length=URL_MAX_LENGTH, blank=True)
    domain = models.CharField(max_length=255, blank=True, editable=False)
    # A digest, because an address is longer than an index entry may be.
    link_key = models.CharField(max_length=64, blank=True, editable=False)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    is_nsfw = models.BooleanField(_("NSFW"), default=False, db_default=False)
    is_spoiler = models.BooleanField(_("spoiler"), default=False, db_default=False)
    # Told from the board by the actions and by `manage.py recount`, for the lists over all boards;
    # who may read is asked of the board itself.
    is_private = models.BooleanField(default=False, db_default=False, editable=False)
    created_week = models.GeneratedField(
        expression=WeekOf("created_at"), output_field=models.IntegerField(), db_persist=True
    )
    hot = models.FloatField(default=0.0)
    active_at = models.DateTimeField(_("last comment"), default=timezone.now)
    # Of those that are live, as on a board its posts.
    comment_count = models.PositiveIntegerField(default=0)

    # Only rows of lists tell how many are new to the viewer.
    new_comments = 0
    # Whether it stands on top of its board's list, out of order; only rows of lists do.
    on_top = False

    objects = PostQuerySet.as_manager()

    class Meta(Content.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            *Content.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="post_has_a_title"),
        ]
        indexes = [
            *Content.Meta.indexes,
            *_indexes("hot"),
            *_indexes("score"),
            *_indexes("created_at"),
            *_indexes("active_at"),
            *_indexes("controversy"),
            *_indexes("score", weekly=True),
            *_indexes("controversy", weekly=True),
            KeysetIndex(
                fields=["author", "-created_at", "-id"],
                condition=LIVE & PUBLIC,
                name="post_public_by_author",
            ),
            KeysetIndex(
                fields=["author", "board", "-created_at", "-id"],
                condition=LIVE & PRIVATE,
                name="post_private_by_author",
            ),
            KeysetIndex(
                fields=["board", "-created_at", "-id"],
                condition=Q(removed_at__isnull=False, deleted_at__isnull=True),
                name="post_on_board_removed",
            ),
            models.Index(
                fields=["board", "-pinned_until"],
                condition=Q(pinned_until__isnull=False),
                name="post_on_board_pinned",
            ),
            models.Index(
                fields=["board", "link_key", "-created_at"],
                condition=~Q(link_key=""),
                name="post_on_board_by_link",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.address}{quote(self.slug)}/"

    @property
    def author_name(self) -> str | None:
        return self.author.username if self.author else None

    @property
    def board_name(self) -> str:
        return self.board.name

    @cached_property
    def address(self) -> str:
        """What the addresses of deeds on this post begin with."""
        return f"{self.board.get_absolute_url()}{self.pk}/"

    @property
    def summary(self) -> str:
        """The beginning of its text, without Markdown, for search engines."""
        return excerpt(self.text[:1_000], 160)

    @property
    def short_address(self) -> str:
        """Leads to the post without telling its title."""
        return self.address

    @property
    def key(self) -> str:
        """The path under which letters about this post are kept."""
        return f"{self.board.key}post/{self.pk}/"

    @property
    def is_pinned(self) -> bool:
        return self.pinned_until is not None and self.pinned_until > timezone.now()

    @property
    def is_covered(self) -> bool:
        """Whether a reader is asked before its text is shown."""
        return self.is_nsfw or self.is_spoiler

    @property
    def is_open(self) -> bool:
        return self.is_live and self.locked_at is None

    def lay_readable(self, viewer: Viewer, *, moderates: bool) -> None:
        """Say whether the viewer may read it; from then on it is not to be saved.

        Whoever may not read a removed post gets neither its title nor the slug that repeats it.
        """
        self.readable = self.shows_text_to(viewer, moderates=moderates)
        if not self.readable and self.removed_at is not None:
            self.set_title(REMOVED_TITLE)

    def count_votes(self, ups: int, downs: int) -> None:
        super().count_votes(ups, downs)
        self.hot = ranking.hot(self.score, self.created_at)

    def set_title(self, title: str) -> None:
        self.title = title
        slug = slugify(title, allow_unicode=True)[: SLUG_MAX_LENGTH - 5].strip("-_") or "post"
        self.slug = f"{slug}-post" if slug in TAKEN_SLUGS else slug

    def set_url(self, url: str) -> None:
        self.url = url
        self.domain = (urlsplit(url).hostname or "").removeprefix("www.")[:255]
        self.link_key = link_key(url)


def link_key(url: str) -> str:
    """One digest for all spellings of an address that lead to the same page; "" for no address."""
    if not url:
        return ""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    plain = urlunsplit(("", host, parts.path.rstrip("/"), parts.query, ""))
    return hashlib.sha256(plain.encode()).hexdigest()
