"""A site of many posts, made in one go for a whole module of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Moderator, Subscription
from discussions import ranking
from discussions.models import Post

BOARDS = 6
DAYS = 500


class Crowd:
    """`size` posts by one author, on six boards, the first of which has most of them.

    The last board is private, and its posts are the hottest; `reader` moderates it and follows it
    and the first two. Most posts have one point, and every 20th is removed.
    """

    def __init__(self, size: int) -> None:
        self.size = size
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
        Post.objects.bulk_create(map(self._post, range(size)), batch_size=500)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _post(self, n: int) -> Post:
        age = timedelta(minutes=30) + n * timedelta(days=DAYS) / self.size
        board = self.boards[0 if n % 10 < 5 else n % BOARDS]
        post = Post(
            author=self.author,
            board=board,
            is_private=board.is_private,
            title=f"post {n}",
            slug=f"post-{n}",
            text="Long enough for a page of the table to hold only a few. " * 8,
            created_at=self.now - age,
            active_at=self.now - age / 2,
        )
        post.count_votes(1 if n % 3 else n * 7919 % 97, n * 31 % 5 if n % 4 == 0 else 0)
        post.hot = ranking.hot(post.score, post.created_at)
        if board.is_private:
            post.hot += 1_000
        post.removed_at = self.now if n % 20 == 0 else None
        return post


@contextmanager
def crowd(size: int, blocker: Any) -> Iterator[Crowd]:
    """A crowd that is there until the end of the module; `blocker` is pytest-django's."""
    with blocker.unblock():
        with transaction.atomic():
            yield Crowd(size)
            transaction.set_rollback(True)
        if connection.vendor == "postgresql":
            # What was rolled back stays in the indexes, and in the way of the next plans.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM discussions_post, discussions_comment")
