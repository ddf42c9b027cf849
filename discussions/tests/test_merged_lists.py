"""Lists that are merged from many groups hold what a plain query holds, in its order, once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Subscription
from boards.tests.cast import site_staff
from discussions.listings import ORDERS, SPANNED, SPANS, list_posts
from discussions.models import Comment, Post, PostQuerySet
from discussions.sources import Source, everywhere, home_feed, on_board
from discussions.tests.conftest import signed_in
from discussions.tests.crowd import Crowd, crowd
from paging import Prepared, first_of_each, prepared, sizes_of_groups

pytestmark = pytest.mark.django_db

LISTS = [(sort, span) for sort in ORDERS for span in (SPANS if sort in SPANNED else ["all"])]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    with crowd(700, django_db_blocker) as made:
        yield made


def paged(source: Source, viewer: Any, sort: str, span: str) -> list[int]:
    """The ids on all pages, one after the other."""
    seen: list[int] = []
    query = QueryDict(mutable=True)
    query.update({"sort": sort, "t": span})
    while True:
        listing = list_posts(source, viewer, query)
        seen += [post.pk for post in listing.posts]
        if not listing.after:
            return seen
        query["after"] = listing.after


def naive(posts: PostQuerySet, sort: str, span: str) -> list[int]:
    age = SPANS[span][0]
    if age is not None:
        posts = posts.filter(created_at__gte=timezone.now() - age)
    order = (f"-{ORDERS[sort][0]}", "-pk")
    return list(posts.live().order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize(("sort", "span"), LISTS)
def test_they_equal_a_plain_query(site: Crowd, sort: str, span: str) -> None:
    guest, reader, board = AnonymousUser(), site.reader, site.boards[0]
    followed = Board.objects.filter(subscriptions__member=reader)
    for source, viewer, posts in [
        (everywhere(guest), guest, Post.objects.visible_to(guest)),
        (everywhere(reader), reader, Post.objects.visible_to(reader)),
        (on_board(board), guest, board.posts.all()),
        (home_feed(reader), reader, Post.objects.filter(board__in=followed)),
    ]:
        found = paged(source, viewer, sort, span)
        assert found == naive(posts, sort, span)
        assert found


def test_a_home_feed_of_one_board(site: Crowd) -> None:
    member = Member.objects.create_user("fan", "a long password")
    Subscription.objects.create(board=site.boards[1], member=member)
    for sort, span in LISTS:
        found = paged(home_feed(member), member, sort, span)
        assert found == naive(site.boards[1].posts.all(), sort, span)


def test_its_sql_is_made_once_for_each_shape(site: Crowd, monkeypatch: Any) -> None:
    """Whoever asks, and however many boards they follow."""
    first = paged(home_feed(site.reader), site.reader, "top", "year")
    monkeypatch.setattr("discussions.listings.merged", None)
    Subscription.objects.filter(member=site.reader, board=site.private).delete()
    assert paged(home_feed(site.reader), site.reader, "top", "year") != first


def test_staff_see_every_board(site: Crowd) -> None:
    staff = site_staff("stan")
    assert paged(everywhere(staff), staff, "top", "year") == naive(
        Post.objects.all(), "top", "year"
    )


@pytest.fixture
def five_hundred(site: Crowd) -> list[Board]:
    """Boards that the reader follows too, with a post each."""
    boards = Board.objects.bulk_create(
        Board(name=f"small_{n}", title=f"Small {n}") for n in range(500)
    )
    Subscription.objects.bulk_create(
        Subscription(board=board, member=site.reader) for board in boards
    )
    old = site.now - timedelta(days=10)
    Post.objects.bulk_create(
        Post(author=site.author, board=board, title="x", slug="x", hot=n, created_at=old)
        for n, board in enumerate(boards)
    )
    return boards


@pytest.mark.parametrize(("sort", "span"), [*LISTS[:2], ("active", "all"), ("top", "month")])
def test_a_home_feed_of_five_hundred_boards(
    site: Crowd, five_hundred: list[Board], sort: str, span: str
) -> None:
    followed = Board.objects.filter(subscriptions__member=site.reader)
    assert len(followed) == 503
    found = paged(home_feed(site.reader), site.reader, sort, span)
    assert found == naive(Post.objects.filter(board__in=followed), sort, span)


def test_queries_do_not_grow_with_the_boards_followed(site: Crowd, request: Any) -> None:
    client = signed_in(site.reader)
    counts = []
    for _ in range(2):
        for address in ("/", "/?sort=top&t=year", "/?feed=all"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        request.getfixturevalue("five_hundred")
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12


@pytest.mark.parametrize("sort", ORDERS)
def test_who_follows_nothing_sees_everything(site: Crowd, sort: str) -> None:
    nobody = Member.objects.create_user("nobody", "a long password")
    assert not home_feed(nobody).boards
    seen = signed_in(nobody).get("/", {"sort": sort}).context["listing"].posts
    assert [post.pk for post in seen] == naive(Post.objects.visible_to(nobody), sort, "all")[:25]


def test_an_empty_source_has_an_empty_page(site: Crowd) -> None:
    assert paged(Source(), AnonymousUser(), "top", "year") == []


def test_a_post_that_knows_its_board_wrongly_is_shown_to_nobody_else(site: Crowd) -> None:
    """As it is for a moment after the board turned private; the pages go on behind it."""
    site.private.posts.update(is_private=False)
    guest = AnonymousUser()
    assert sorted(paged(everywhere(guest), guest, "hot", "all")) == sorted(
        naive(Post.objects.visible_to(guest), "hot", "all")
    )
    assert site.private.name.encode() not in Client().get("/").content


@pytest.mark.parametrize("ascending", [False, True])
def test_the_first_of_each_group(post: Post, comment: Comment, ascending: bool) -> None:
    ids = Comment.objects.next_ids(30)
    parents = ids[:3]
    Comment.objects.bulk_create(
        Comment(
            pk=pk,
            post=post,
            tree_id=pk if pk in parents else parents[n % 3],
            parent_id=None if pk in parents else parents[n % 3],
            lft=1 if pk in parents else n,
            rght=100 + n,
            level=int(pk not in parents),
            best=n // 6,
        )
        for n, pk in enumerate(ids)
    )
    sizes = dict(zip(parents, (4, 4, 2), strict=True))
    asked: Prepared[Comment] = prepared(
        lambda: Comment.objects.filter(
            pk__in=first_of_each(
                Comment.objects.filter(post=post), "parent_id", column="best", ascending=ascending
            )
        )
    )
    found: dict[int, list[Comment]] = {}
    for reply in asked.objects(**sizes_of_groups(sizes)):
        found.setdefault(reply.parent_id, []).append(reply)
    expected = set()
    for parent, size in sizes.items():
        children = Comment.objects.filter(parent=parent)
        order = ("best", "pk") if ascending else ("-best", "-pk")
        expected |= set(children.order_by(*order).values_list("pk", flat=True)[:size])
    for parent, size in sizes.items():  # on SQLite there may be more
        assert len(found[parent]) <= 4 * size
        found[parent].sort(key=lambda reply: (reply.best, reply.pk), reverse=not ascending)
    first = {reply.pk for parent, size in sizes.items() for reply in found[parent][:size]}
    assert first == expected
    assert len(expected) == 10


def test_while_a_board_turns_private_nothing_else_is_left_out(site: Crowd) -> None:
    """Its posts are told one batch after the other, and until then count as public."""
    site.private.posts.update(is_private=False)
    found = paged(everywhere(site.reader), site.reader, "new", "all")
    others = Post.objects.visible_to(site.reader).exclude(board=site.private)
    assert [pk for pk in found if pk in set(naive(others, "new", "all"))] == naive(
        others, "new", "all"
    )
    assert len(found) == len(set(found))
