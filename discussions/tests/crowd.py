"""A site of many posts, made in one go for a whole module of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Member
from bench.texts import Texts
from boards.models import Board, Moderator, Subscription
from discussions import ranking
from discussions.models import Post
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, later, quickly

BOARDS = 6
DAYS = 500
# So many posts are written one by one, and what is more is copies of them.
WRITTEN = 1_000
# Words that are on one board alone, the first and the private one.
LINKS = {"crowd_0": "https://dunlin.example/", "crowd_5": "https://whimbrel.example/"}


class Crowd:
    """`size` posts by one author, on six boards, the first of which has most of them.

    The last board is private, and its posts are the hottest; `reader` moderates it and follows it
    and the first two. Most posts have one point, and every 20th is removed. They are of the last
    `days`. The search knows the words of all of them only if they are `indexed`.
    """

    def __init__(self, size: int, days: float = DAYS, *, indexed: bool = False) -> None:
        self.size = size
        self.words = ("discussions_postwords",) if indexed else ()
        self.author = Member.objects.create_user("author", "a long password")
        self.reader = Member.objects.create_user("reader", "a long password")
        boards = [
            Board(name=f"crowd_{n}", title=f"Crowd {n}", is_private=n == BOARDS - 1)
            for n in range(BOARDS)
        ]
        self.boards = Board.objects.bulk_create(boards)
        self.private = self.boards[-1]
        Moderator.objects.create(board=self.private, member=self.reader)
        followed = [*self.boards[:2], self.private]
        Subscription.objects.bulk_create(
            Subscription(board=board, member=self.reader) for board in followed
        )
        self.now = timezone.now()
        self.texts = Texts(1)
        written = min(size, WRITTEN)
        step = timedelta(days=days) / written
        posts = Post.objects.bulk_create((self._post(n, step) for n in range(written)), 500)
        if size > written:
            self._copy(posts, size - written, step.total_seconds())
        analyze()

    def _post(self, n: int, step: timedelta) -> Post:
        age = timedelta(minutes=30) + n * step
        board = self.boards[0 if n % 10 < 5 else n % BOARDS]
        post = Post(
            author=self.author,
            board=board,
            is_private=board.is_private,
            title=f"post {n}",
            slug=f"post-{n}",
            url=LINKS.get(board.name, ""),
            text=f"Long enough for a list. {self.texts.comment()['text']}",
            html=self.texts.comment()["html"],
            created_at=self.now - age,
            active_at=self.now - age / 2,
        )
        post.count_votes(1 if n % 3 else n * 7919 % 97, n * 31 % 5 if n % 4 == 0 else 0)
        post.hot = ranking.hot(post.score, post.created_at)
        if board.is_private:
            post.hot += 1_000
        post.removed_at = self.now if n % 20 == 0 else None
        return post

    def _copy(self, posts: list[Post], count: int, step: float) -> None:
        """Copies of the posts in turn, `step` seconds apart, from the oldest to the newest."""
        between = step * len(posts) / count
        earlier = f"((n %% {len(posts)}) * {step} - ({count} - n) * {between})"
        with quickly(Post, words=self.words):
            copy_rows(
                posts,
                count,
                title=f"'post ' || (n + {len(posts)})",
                slug=f"'post-' || (n + {len(posts)})",
                created_at=later("created_at", earlier),
                active_at=later("active_at", f"({earlier}) / 2"),
                hot=f"r.hot + ({earlier}) / {settings.RANKING_TAU}",
            )


@contextmanager
def crowd(size: int, blocker: Any, days: float = DAYS, *, indexed: bool = False) -> Iterator[Crowd]:
    """A crowd that is there until the end of the module; `blocker` is pytest-django's."""
    words = ("discussions_postwords", "discussions_commentwords")
    with lasting(blocker, "discussions_post", "discussions_comment", *words):
        yield Crowd(size, days, indexed=indexed)
