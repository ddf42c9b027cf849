"""What a page reads of members, versions, a member's comments and the comments of a thread."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import ApprovedMember, Board
from discussions import threads
from discussions.listed import MOST_NEW
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post, Revision, Visit
from discussions.tests.conftest import signed_in
from discussions.threads import load_thread
from discussions.views import writing
from moderation.views import board_settings
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import read_by

SIZES = [1_500, 6_000]


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def read_pages(client: Client, address: str, find: Callable[[dict], str], of: str) -> None:
    """Three pages, each of no more than 50 rows and some for whoever is named on them."""
    after = ""
    for _ in range(3):
        reading = read_by(partial(client.get, address, {"after": after}))
        reading.assert_at_most(160, of=of)
        after = find(client.get(address, {"after": after}).context)
        assert after


@pytest.mark.parametrize("size", SIZES)
def test_members_of_a_board(a: Board, p: Board, mo: Member, size: int) -> None:
    members = Member.objects.bulk_create(
        Member(username=f"m{n}", skeleton=f"m{n}") for n in range(size)
    )
    for board in (a, p):
        ApprovedMember.objects.bulk_create(
            ApprovedMember(board=board, member=member, approved_by=mo) for member in members
        )
    analyze()
    address = "/b/board_a/members/"
    read_pages(signed_in(mo), address, lambda c: c["approved"].after, "boards_approvedmember")
    assert board_settings.PAGE_SIZE == 50


@pytest.mark.parametrize("size", SIZES)
def test_versions_of_a_text(post: Post, comment: Comment, mo: Member, size: int) -> None:
    """Half of the post and half of the comment, all of one moment."""
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(
            post=post if n % 2 else None,
            comment=None if n % 2 else comment,
            title="x",
            text=f"version {n}",
            replaced_at=now,
        )
        for n in range(size)
    )
    analyze()
    for written in (post, comment):
        address = f"{written.address}history/"
        read_pages(signed_in(mo), address, lambda c: c["after"], "discussions_revision")


def test_the_pages_of_versions_hold_each_once(
    comment: Comment, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "VERSIONS_PER_PAGE", 2)
    for n in range(5):
        Revision.objects.create(comment=comment, text=f"version {n}")
    client, address = signed_in(ann), f"{comment.address}history/"
    seen, after, pages = [], "", 0
    while pages == 0 or after:
        answer = client.get(address, {"after": after})
        seen += [revision.text for revision in answer.context["revisions"]]
        assert (b"A first comment." in answer.content) == (pages == 0)
        assert (b"More versions" in answer.content) == (pages < 2)
        after, pages = answer.context["after"], pages + 1
    assert seen == [f"version {n}" for n in (4, 3, 2, 1, 0)]
    assert client.get(address, {"after": "x"}).status_code == 400


def write_posts(count: int, board: Board, author: Member, age: int = 1, **state: Any) -> list[Post]:
    """Posts of a member, so many days old, all of one moment."""
    at = timezone.now() - timedelta(days=age)
    text = "Some words that take their place in the table. " * 20
    return Post.objects.bulk_create(
        Post(
            board=board,
            is_private=board.is_private,
            author=author,
            title="x",
            slug="x",
            html=text,
            created_at=at,
            **state,
        )
        for _ in range(count)
    )


def write_comments(
    count: int, posts: list[Post], *authors: Member, age: int = 1, apart: int = 0, **state: Any
) -> list[Comment]:
    """Root comments by these members in turn, all of one score, and so many seconds apart."""
    now = timezone.now() - timedelta(days=age)
    written = Comment.objects.bulk_create(
        Comment(
            pk=pk,
            tree_id=pk,
            post=posts[pk // 2 % len(posts)],
            author=authors[pk % len(authors)],
            text="Some words that take their place in the table. " * 20,
            lft=1,
            rght=2,
            level=0,
            created_at=now - place * timedelta(seconds=apart),
            **state,
        )
        for place, pk in enumerate(Comment.objects.next_ids(count))
    )
    analyze()
    return written


@pytest.mark.parametrize("size", SIZES)
def test_comments_of_a_member(post: Post, ann: Member, ben: Member, size: int) -> None:
    posts = Post.objects.bulk_create(
        Post(board=post.board, author=ann, title="x", slug="x") for _ in range(300)
    )
    # Behind a moment that all share PostgreSQL expects nothing, and then reads all to sort it.
    write_comments(size, posts, ann, ben, apart=1)
    address = "/u/ben/comments/"
    read_pages(signed_in(ben), address, lambda c: c["page"].after, "discussions_comment")


def test_comments_of_a_thread(post: Post, ann: Member, ben: Member) -> None:
    """100,000 root comments, by as many queries as 300; those of one page are read by one."""
    written = write_comments(300, [post], ann, ben)
    post.comment_count = len(written)
    few = {}
    for sort in threads.ORDERS:
        few[sort] = read_by(partial(load_thread, post, ben, sort=sort)).statements
    with quickly(Comment):
        copy_rows(written, 100_000 - len(written), tree_id="{id} + n")
    post.comment_count = 100_000
    analyze()
    for sort in threads.ORDERS:
        after = ""
        for _ in range(3):
            reading = read_by(partial(load_thread, post, ben, sort=sort, after=after))
            reading.assert_at_most(4 * threads.PAGE_SIZE, of="discussions_comment")
            assert reading.statements == few[sort]
            after = load_thread(post, ben, sort=sort, after=after).after
            assert after


@pytest.mark.parametrize("address", ["/", "/u/ann/"])
@pytest.mark.parametrize("size", [10_000])
def test_what_is_new_on_a_list(
    post: Post, ann: Member, ben: Member, address: str, size: int
) -> None:
    """None of the comments that ben has seen, and of one thread no more than are told of."""
    board = post.board
    posts = [Post(board=board, author=ann, title="x", slug="x") for _ in range(PAGE_SIZE - 1)]
    posts = Post.objects.bulk_create(posts)
    write_comments(size, posts, ann)
    now = timezone.now()
    for some, days in ((posts[:1], 2), (posts[1:], 0.5)):
        seen_at = now - timedelta(days=days)
        Visit.objects.bulk_create(
            Visit(member=ben, post=read, since=seen_at, seen_at=seen_at, comment_count=0)
            for read in some
        )
    analyze()
    client = signed_in(ben)
    reading = read_by(partial(client.get, address))
    # The one that all are new in, and ben's visits, whose table is too small for its index.
    reading.assert_at_most(MOST_NEW + PAGE_SIZE * PAGE_SIZE, of="comment_of_thread_by_date")
    assert client.get(address).content.count(b"100+ new</a>") == 1


@pytest.mark.parametrize("size", [10_000])
def test_a_profile_of_whom_nearly_all_was_removed(
    post: Post, ann: Member, ben: Member, mo: Member, size: int
) -> None:
    """As a spammer's among others': the newest are all gone, and some older ones are left."""
    write_comments(size, write_posts(size, post.board, mo)[:300], mo)
    posts = write_posts(20 * PAGE_SIZE, post.board, ben, age=2)
    write_comments(20 * PAGE_SIZE, posts[:300], ben, age=2)
    write_posts(size, post.board, ben, removed_at=timezone.now(), removed_by=mo)
    write_comments(size, posts[:300], ben, removed_at=timezone.now(), removed_by=mo)
    analyze()
    client = signed_in(ann)
    read_pages(client, "/u/ben/", lambda c: c["page"].after, "discussions_post")
    read_pages(client, "/u/ben/comments/", lambda c: c["page"].after, "discussions_comment")


@pytest.mark.parametrize("size", [10_000])
def test_a_profile_of_whom_nearly_all_is_private(
    post: Post, p: Board, pam: Member, ann: Member, mo: Member, size: int
) -> None:
    write_posts(size, post.board, ann)
    write_posts(20 * PAGE_SIZE, post.board, pam, age=2)
    write_posts(size, p, pam)
    analyze()
    for viewer, board in ((ann, post.board), (mo, p), (pam, p)):
        client = signed_in(viewer)
        read_pages(client, "/u/pam/", lambda c: c["page"].after, "discussions_post")
        seen = client.get("/u/pam/").context["page"].rows
        assert {row.board_id for row in seen} == {board.pk}


@pytest.mark.parametrize("size", [10_000])
def test_a_profile_of_whom_little_is_private(
    post: Post, p: Board, pam: Member, ben: Member, size: int
) -> None:
    # Nobody wrote half of a site, which PostgreSQL would take as leave to walk over the rest.
    write_posts(size // 10, post.board, ben)
    write_posts(size, p, pam)
    write_posts(20 * PAGE_SIZE, p, ben, age=2)
    analyze()
    read_pages(signed_in(pam), "/u/ben/", lambda c: c["page"].after, "discussions_post")
