"""Comments, and the tree they make.

Each root comment is a tree of its own (its `tree_id` is its id), so that a reply touches only the
tree it lands in. `actions.comments.reply` alone writes the columns of the tree while the site runs.
"""

from collections.abc import Sequence

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from boards.models import Viewer, readable_boards
from discussions import bulk, ranking
from discussions.models.content import AUTHOR_TEXTS, BOARD_TEXTS, LIVE, Content
from discussions.models.posts import Post
from paging import Given, KeysetIndex, planned
from paging.statements import Asked
from paging.writing import Update, insert, prepared_update

TEXT_MAX_LENGTH = 10_000


class CommentQuerySet(TreeQuerySet):
    def visible_to(self, viewer: Viewer) -> "CommentQuerySet":
        """Comments on boards the viewer reads, tombstones included."""
        return self._only(readable_boards(viewer, "post__board__"))

    def live(self) -> "CommentQuerySet":
        return self._only(LIVE)

    def on_live_posts(self) -> "CommentQuerySet":
        return self._only(Q(post__deleted_at__isnull=True, post__removed_at__isnull=True))

    def _only(self, condition: Q) -> "CommentQuerySet":
        found: CommentQuerySet = self.filter(condition)
        return found

    def for_list(self) -> "CommentQuerySet":
        """With what a row of a list shows: post and board, without their texts."""
        board = [f"post__board__{name}" for name in BOARD_TEXTS]
        found: CommentQuerySet = self.select_related("author", "post__board").defer(
            "text", "post__text", "post__html", *AUTHOR_TEXTS, *board
        )
        return found

    def with_locks(self) -> "CommentQuerySet":
        """Each knows whether it `is_in_locked_tree`."""
        above = Comment.objects.filter(
            tree_id=OuterRef("tree_id"),
            lft__lte=OuterRef("lft"),
            rght__gte=OuterRef("rght"),
            locked_at__isnull=False,
        )
        found: CommentQuerySet = self.annotate(is_in_locked_tree=Exists(above))
        return found

    def lock_tree(self, tree_id: int) -> None:
        """Lock a tree by its root until the transaction ends.

        Whoever adds to a tree or changes what may be added waits here for each other.
        """
        self.select_for_update(no_key=True).values_list("pk").get(pk=tree_id)

    def lock_of_tree(self, pk: int) -> Asked:
        """What locks the tree that a comment is in, as `lock_tree` does, if there is one."""
        return _root_of.asked(pk=pk)


class CommentManager(TreeManager.from_queryset(CommentQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CommentQuerySet:
        """Without TreeManager's order by (tree_id, lft): every list of comments names its own."""
        return CommentQuerySet(self.model, using=self._db)

    def next_ids(self, count: int) -> list[int]:
        """Ids that no other comment has or will get; see `bulk.next_ids`."""
        return bulk.next_ids(self.model, count)


@planned
def _root_of(pk: Given) -> CommentQuerySet:
    tree = Comment.objects.filter(pk=pk).values("tree_id")
    root = Comment.objects.filter(pk=Subquery(tree)).values_list("pk")
    locked: CommentQuerySet = root.select_for_update(no_key=True)
    return locked


@prepared_update
def _make_room(tree: Given, at: Given) -> Update:
    """Shift what is behind a place in a tree by one node, as django-mptt does."""
    behind = Comment.objects.filter(tree_id=tree, rght__gte=at)
    lft = F("lft") + Case(When(lft__gt=at, then=2), default=0)
    return Update(behind, lft=lft, rght=F("rght") + 2)


def _siblings(column: str) -> list[models.Index]:
    """One order of siblings: the root comments of a post, and the replies to a comment.

    Two indexes, because PostgreSQL does not see that `parent IS NULL` leaves the order of one over
    (parent, post, column) as it is: it would sort all root comments for the first page.
    """
    return [
        KeysetIndex(
            fields=["post", f"-{column}", "-id"],
            condition=Q(parent__isnull=True),
            name=f"comment_root_by_{column}",
        ),
        KeysetIndex(
            fields=["parent", f"-{column}", "-id"],
            condition=Q(parent__isnull=False),
            name=f"comment_reply_by_{column}",
        ),
    ]


class Comment(Content, MPTTModel):
    """A text under a post (a root comment) or under another comment (a reply)."""

    post = models.ForeignKey(Post, models.CASCADE, db_index=False, related_name="comments")
    # Comments leave a tree only with their whole post.
    parent = TreeForeignKey(
        "self", models.CASCADE, null=True, blank=True, db_index=False, related_name="replies"
    )
    tree_id = models.BigIntegerField(editable=False)
    lft = models.PositiveIntegerField(editable=False)
    rght = models.PositiveIntegerField(editable=False)
    level = models.PositiveIntegerField(editable=False)
    best = models.FloatField(default=0.0)
    locked_at = models.DateTimeField(
        _("locked"),
        null=True,
        blank=True,
        help_text=_("Neither it nor what is below takes new replies."),
    )
    orphaned = models.BooleanField(
        default=False, editable=False, help_text=_("Its parent is missing from the archive.")
    )

    # Whether its post's count is to follow what becomes of it; not yet while it is being written.
    is_counted = True
    # What makes room in its tree when it is written.
    _room: Sequence[Asked] = ()

    objects = CommentManager()

    class Meta(Content.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            *Content.Meta.constraints,
            models.CheckConstraint(condition=Q(lft__lt=F("rght")), name="comment_lft_before_rght"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level=0, lft=1, tree_id=F("id"))
                | Q(parent__isnull=False, level__gt=0, lft__gt=1),
                name="comment_is_a_root_or_below_one",
            ),
        ]
        indexes = [
            *Content.Meta.indexes,
            # Of a profile; the one over all comments of an author serves the foreign key.
            KeysetIndex(
                fields=["author", "-created_at", "-id"],
                condition=LIVE,
                name="comment_live_by_author",
            ),
            # Without lft: where no index holds the numbers that a reply shifts, PostgreSQL writes
            # the shifted rows in place. A reply into a tree of 10,000 takes a third of the time.
            models.Index(fields=["tree_id"], name="comment_by_tree"),
            # Those of replies also serve the parent's foreign key, and the last one the post's.
            *_siblings("best"),
            *_siblings("score"),
            *_siblings("controversy"),
            KeysetIndex(
                fields=["post", "-created_at", "-id"],
                condition=Q(parent__isnull=True),
                name="comment_root_by_created_at",
            ),
            KeysetIndex(
                fields=["post", "parent", "-created_at", "-id"], name="comment_by_created_at"
            ),
            models.Index(
                fields=["tree_id"],
                condition=Q(locked_at__isnull=False),
                name="comment_locked_in_tree",
            ),
            # What came since a member's last visit, at any depth. Partial, also because it would
            # else tempt PostgreSQL, where it lacks statistics, away from those of siblings: a
            # page of a thread of 10,000 comments then takes minutes.
            models.Index(
                fields=["post", "-created_at", "-id"],
                condition=LIVE,
                name="comment_of_thread_by_date",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.post.get_absolute_url()}c/{self.pk}/"

    @property
    def address(self) -> str:
        """What the addresses of deeds on this comment begin with."""
        return f"{self.post.address}c/{self.pk}/"

    @property
    def short_address(self) -> str:
        """Leads to the comment without telling the title of its post."""
        return f"{self.post.address}-/c/{self.pk}/"

    @property
    def key(self) -> str:
        """The path under which letters about this comment are kept."""
        return f"{self.post.key}comment/{self.pk}/"

    @property
    def descendant_count(self) -> int:
        """How many comments lie below, at any depth: told by the nested sets, not counted."""
        return (self.rght - self.lft - 1) // 2

    @cached_property
    def is_in_locked_tree(self) -> bool:
        """Whether it, or a comment above it, is locked: few are, and an index has them."""
        locked = Comment.objects.filter(tree_id=self.tree_id, locked_at__isnull=False)
        found: bool = locked.filter(lft__lte=self.lft, rght__gte=self.rght).exists()
        return found

    def count_votes(self, ups: int, downs: int) -> None:
        super().count_votes(ups, downs)
        self.best = ranking.best(ups, downs)

    def place_at_root(self) -> None:
        """Prepare a new comment, whose id is known, to be written as a tree of its own."""
        self._room = ()
        self.tree_id = self.pk
        self.parent = None
        self.lft, self.rght, self.level = 1, 2, 0

    def place_below(self, parent: "Comment") -> None:
        """Prepare a new comment to be written below `parent`, where `insert` makes room for it.

        The tree must be locked, and `parent` read after that.
        """
        self._room = [_make_room.asked(tree=parent.tree_id, at=parent.rght)]
        self.tree_id, self.parent = parent.tree_id, parent
        self.lft, self.rght, self.level = parent.rght, parent.rght + 1, parent.level + 1

    def insert(self, *others: models.Model) -> None:
        """Write a new comment that has been placed, and others that belong to it, in one trip."""
        insert(self, *others, after=self._room)
        self._room = ()  # it is taken
        # Where django-mptt takes it to be, so that `save` does not move it.
        self._mptt_meta.update_mptt_cached_fields(self)


# django-mptt adds an index on both numbers to every tree, unasked.
Comment._meta.indexes = [
    index for index in Comment._meta.indexes if index.fields != ["tree_id", "lft"]
]
