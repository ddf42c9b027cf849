"""A site where some members wrote very much, made in one go for a whole module of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Member
from boards.models import ApprovedMember, Board, Moderator
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post, Revision, Visit
from discussions.models.comments import CommentQuerySet
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, later, quickly

MODELS = (Member, ApprovedMember, Post, Comment, Revision)
# Of what others see of a member, so much lies behind what they don't.
SHOWN = 20 * PAGE_SIZE
# The ordinary comments are in so many threads.
THREADS = 300


class Writers:
    """About `size` posts, comments, versions of texts, and members who were let in.

    What bert wrote last was removed, and paula's last posts are on the private board; of both some
    older ones are left. A few of una's many posts are private, older ones too. mona looks after
    both boards and wrote much as well; `reader` wrote nothing. The threads of `seen`, by una, come
    first on the front page; all that is in the first of them is new to the reader.
    """

    def __init__(self, size: int) -> None:
        self.size, self.part = size, size // 5
        self.shown = min(SHOWN, self.part)
        names = ("mona", "bert", "paula", "una", "reader")
        made = [Member.objects.create_user(name, "a long password") for name in names]
        self.mona, self.bert, self.paula, self.una, self.reader = made
        self.meadow = Board.objects.create(name="meadow", title="Meadow")
        self.larder = Board.objects.create(name="larder", title="Larder", is_private=True)
        for board in (self.meadow, self.larder):
            Moderator.objects.create(board=board, member=self.mona)
        with quickly(*MODELS):
            self._let_in()
            self._post()
            self._comment()
            self._edit()
        self._visit()
        analyze()

    def _let_in(self) -> None:
        """Two boards let in half as many members each; paula is one of them."""
        names = [f"m{n}" for n in range(2)]
        rows = Member.objects.bulk_create(Member(username=name, skeleton=name) for name in names)
        name = "'m' || (n + 2)"
        first = copy_rows(rows, self.size // 2, username=name, skeleton=name)
        let_in = ApprovedMember.objects.bulk_create(
            ApprovedMember(board=board, member=self.paula, approved_by=self.mona)
            for board in (self.meadow, self.larder)
        )
        moment = later("approved_at", "-n")
        copy_rows(let_in, self.size, member_id=f"{first} + n / 2", approved_at=moment)

    def _post(self) -> None:
        gone = {"removed_at": timezone.now(), "removed_by": self.mona}
        kinds = [
            (2 * self.part, self._a_post(self.mona, self.meadow)),
            (self.shown, self._a_post(self.bert, self.meadow, days=2)),
            (self.part, self._a_post(self.bert, self.meadow, **gone)),
            (self.shown, self._a_post(self.paula, self.meadow, days=2)),
            (self.part, self._a_post(self.paula, self.larder)),
            (self.part // 2, self._a_post(self.una, self.meadow)),
            (self.shown, self._a_post(self.una, self.larder, days=2)),
        ]
        hot = [self._a_post(self.una, self.meadow, hot=1e6) for _ in range(PAGE_SIZE)]
        posts = Post.objects.bulk_create([*hot, *(post for _, post in kinds)])
        self.seen, rows = posts[:PAGE_SIZE], posts[PAGE_SIZE:]
        self.monas, *_ = [
            copy_rows([row], count) for row, (count, _) in zip(rows, kinds, strict=True)
        ]

    def _a_post(self, author: Member, board: Board, days: int = 1, **state: Any) -> Post:
        """One of many of one moment, so many days ago."""
        return Post(
            board=board,
            is_private=board.is_private,
            author=author,
            title="x",
            slug="x",
            html="Some words that take their place in the table. " * 5,
            created_at=timezone.now() - timedelta(days=days),
            **state,
        )

    def _comment(self) -> None:
        """Root comments, all of one score."""
        some = Post(pk=self.monas)
        rows = [self._a_comment(author, some) for author in (self.mona, self.una)]
        rows.append(self._a_comment(self.bert, some, days=2))
        rows.append(self._a_comment(self.bert, some, removed_at=timezone.now()))
        rows += [self._a_comment(self.una, post) for post in self.seen]
        for pk, row in zip(Comment.objects.next_ids(len(rows)), rows, strict=True):
            row.pk = pk
            row.place_at_root()
        # Without django-mptt's, which looks after each tree.
        CommentQuerySet(Comment).bulk_create(rows)
        root, spread = {"tree_id": "{id} + n"}, {"post_id": f"{self.monas} + n %% {THREADS}"}
        # Behind a moment that all share PostgreSQL expects nothing, and then reads all to sort it.
        moment = {"created_at": later("created_at", "-n")}
        copy_rows(rows[:2], 2 * self.part, **root, **spread, **moment)
        copy_rows(rows[2:3], self.shown, **root, **spread)
        copy_rows(rows[3:4], self.part, **root, **spread)
        copy_rows(rows[4:], self.part, **root)
        self.comment = rows[0]

    def _a_comment(self, author: Member, post: Post, days: int = 1, **state: Any) -> Comment:
        at = timezone.now() - timedelta(days=days)
        return Comment(post=post, author=author, text="Some words. " * 20, created_at=at, **state)

    def _edit(self) -> None:
        """Half of one post, half of one comment, all of one moment."""
        now = timezone.now()
        rows = Revision.objects.bulk_create(
            Revision(title="x", text="An older version.", replaced_at=now, **of)
            for of in ({"post": self.seen[0]}, {"comment": self.comment})
        )
        copy_rows(rows, self.size)

    def _visit(self) -> None:
        """The reader saw the threads of `seen`, and mona others."""
        now = timezone.now()
        seen_at = [now - timedelta(days=0.5 if place else 2) for place in range(PAGE_SIZE)]
        seen = [(self.reader, post.pk, at) for post, at in zip(self.seen, seen_at, strict=True)]
        seen += [(self.mona, self.monas + n, now) for n in range(min(THREADS, self.part))]
        Visit.objects.bulk_create(
            Visit(member=member, post_id=post, since=at, seen_at=at, comment_count=0)
            for member, post, at in seen
        )


@contextmanager
def writers(size: int, blocker: Any) -> Iterator[Writers]:
    """They are there until the end of the module; `blocker` is pytest-django's."""
    with lasting(blocker, *(model._meta.db_table for model in MODELS)):
        yield Writers(size)
