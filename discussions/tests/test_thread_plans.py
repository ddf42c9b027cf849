"""What a page of a thread reads is bounded by what it shows, whatever lies below its roots."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.models.comments import CommentQuerySet
from discussions.threads import ORDERS, PAGE_SIZE, Node, load_thread
from discussions.threads.outline import WHOLE
from discussions.trees import nested_sets
from paging.tests.lasting import analyze, counted, lasting
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db

GUEST = AnonymousUser()
DEEP = 300
# A page asks for one more than it shows, and SQLite for up to four times what it wants of a list.
ROWS = 2 * PAGE_SIZE


class Grove:
    """A thread of four times `size` comments, or of `whole`.

    `oldest` and `newest` have `size` replies each; `top` begins a `chain`, and one of the replies,
    `answered`, has `size` again. They come first in each order; from the oldest on, `deep` and
    `early` stand in for the last two. The rest are trees of three. With `small` others of one
    comment, so that a thread is a small one to a database that knows nothing of this one.
    """

    def __init__(self, size: int, whole: int = 0, small: int = 0) -> None:
        author = Member.objects.create_user("planter", "a long password")
        board = Board.objects.create(name="grove", title="Grove")
        self.post = Post.objects.create(board=board, author=author, title="x", slug="x")
        ids = iter(Comment.objects.next_ids(4 * size + 2 * DEEP + 3))
        self.oldest, self.newest = next(ids), next(ids)
        parents: dict[int, int | None] = {self.oldest: None, self.newest: None}
        for _ in range(2):
            self.chain = [next(ids) for _ in range(DEEP)]
            parents |= zip(self.chain, [None, *self.chain], strict=False)
        self.top, self.deep = self.chain[0], self.chain[0] - DEEP
        for wide in (self.oldest, self.newest):
            parents |= {next(ids): wide for _ in range(size)}
        self.answered, self.early = [pk for pk in parents if parents[pk] == self.newest][:2]
        parents |= {next(ids): self.answered for _ in range(size)}
        parents[next(ids)] = self.early
        for _ in range(size // 3):
            self.tree, one, two = next(ids), next(ids), next(ids)
            parents |= {self.tree: None, one: self.tree, two: one}
        self._write(parents, author)
        if whole:
            self._grow(whole)
        self._surround(small)
        analyze()

    def _write(self, parents: dict[int, int | None], author: Member) -> None:
        now = timezone.now()
        first = {self.oldest: 1_000, self.newest: 1_000, self.top: 999, self.answered: 1_000}
        first[self.deep] = 0
        rows = []
        for pk, place in nested_sets(parents).items():
            moment = self._moment(pk, now)
            row = Comment(pk=pk, post=self.post, author=author, html="Some words. " * 60)
            row.parent_id, row.created_at = parents[pk], moment
            row.tree_id, row.lft, row.rght, row.level = place
            ups = first.get(pk, pk * 7919 % 97 if pk % 3 == 0 else 1)
            row.count_votes(ups, ups // 2)
            rows.append(row)
        # Without django-mptt's, which looks after each tree.
        CommentQuerySet(Comment).bulk_create(rows, batch_size=500)
        Post.objects.filter(pk=self.post.pk).update(comment_count=len(rows))
        self.post.comment_count = len(rows)

    def _grow(self, whole: int) -> None:
        """Copies of the last trees, until there are so many comments."""
        last = list(self.post.comments.filter(pk__gte=self.tree - 96).order_by("pk"))
        assert [comment.level for comment in last] == [0, 1, 2] * 33
        root = "{id} + n - n %% 3"
        parent = "CASE WHEN r.level > 0 THEN {id} + n - 1 END"
        with quickly(Comment):
            copy_rows(last, whole - self.post.comment_count, tree_id=root, parent_id=parent)
        self.post.comment_count = whole

    def _surround(self, small: int) -> None:
        """Other threads, of one comment each."""
        same = {"author": self.post.author, "created_at": timezone.now()}
        posts = [Post(board=self.post.board, title="x", slug="x", **same) for _ in range(small)]
        comments = [
            Comment(pk=pk, tree_id=pk, post=post, lft=1, rght=2, level=0, html="x", **same)
            for pk, post in zip(
                Comment.objects.next_ids(small), Post.objects.bulk_create(posts), strict=True
            )
        ]
        CommentQuerySet(Comment).bulk_create(comments, batch_size=500)

    def _moment(self, pk: int, now: datetime) -> datetime:
        ages = {
            self.newest: timedelta(0),
            self.answered: timedelta(0),
            self.top: timedelta(hours=1),
            self.deep: timedelta(days=1.5),
            self.early: timedelta(days=1.5),
            self.oldest: timedelta(days=2),
        }
        return now - ages.get(pk, timedelta(days=1, seconds=pk % 50))

    def below(self, *pks: int) -> list[Node]:
        """The comments above the page, down to the one it is of."""
        found = Comment.objects.in_bulk(pks)
        return [Node.of(found[pk]) for pk in pks]


@contextmanager
def grown(size: int, blocker: Any, whole: int = 0, small: int = 0) -> Iterator[Grove]:
    with lasting(blocker, "discussions_comment"):
        yield Grove(size, whole, small)


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> list[int]:
    """How many queries the pages of a small thread take, which yet has more than one."""
    with grown(WHOLE, django_db_blocker) as made:  # with trees that are read level by level
        return queries(made)


@pytest.fixture(scope="module")
def grove(few: list[int], django_db_blocker: Any) -> Iterator[Grove]:
    # With fewer replies, PostgreSQL may rightly read all for a page of 200.
    with grown(5_000, django_db_blocker, 100_000, small=300) as made:
        yield made


def queries(grove: Grove) -> list[int]:
    """Of the first page and of one comment's, in each order."""
    chains = ([], [grove.newest], [grove.newest, grove.answered], grove.chain[150:153])
    return [
        read_by(
            partial(load_thread, grove.post, GUEST, sort=sort, chain=grove.below(*chain))
        ).statements
        for sort in ORDERS
        for chain in chains
    ]


def test_queries_are_as_many_as_of_a_small_thread(grove: Grove, few: list[int]) -> None:
    assert queries(grove) == few


def read(grove: Grove, **asked: Any) -> Reading:
    reading = read_by(partial(load_thread, grove.post, GUEST, **asked))
    reading.assert_at_most(ROWS, of="discussions_comment")
    return reading


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_of_roots_and_what_is_below(grove: Grove, sort: str) -> None:
    after = ""
    for place in range(3):
        read(grove, sort=sort, after=after)
        page = load_thread(grove.post, GUEST, sort=sort, after=after)
        levels = {item.node.level for item in page.items if item.is_comment}
        # Small trees on every page; on the first a large one too, in its first levels.
        assert levels >= ({0, 1, 2, 3} if place == 0 and sort != "old" else {0, 1, 2})
        after = page.after
        assert after


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_of_one_comment_and_those_behind_it(grove: Grove, sort: str) -> None:
    for chain in ([grove.oldest], [grove.newest], [grove.newest, grove.answered]):
        after = ""
        for _ in range(3):
            read(grove, sort=sort, after=after, chain=grove.below(*chain))
            page = load_thread(grove.post, GUEST, sort=sort, after=after, chain=grove.below(*chain))
            assert len(page.shown) > PAGE_SIZE // 4
            after = page.after
            assert after


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_deep_in_a_chain_and_one_of_a_small_tree(grove: Grove, sort: str) -> None:
    for chain in (grove.chain[:1], grove.chain[150:153], [grove.tree]):
        read(grove, sort=sort, chain=grove.below(*chain))
        assert len(load_thread(grove.post, GUEST, sort=sort, chain=grove.below(*chain)).shown) > 2


def test_pages_when_sqlite_was_told_to_count(grove: Grove) -> None:
    """It knows then how many comments answer one on average, and takes the roots for as few."""
    with counted():
        for sort in ORDERS:
            for chain in ([], [grove.newest], grove.chain[150:153]):
                after = ""
                for _ in range(2):
                    here = {"sort": sort, "after": after, "chain": grove.below(*chain)}
                    read(grove, **here)
                    after = load_thread(grove.post, GUEST, **here).after
