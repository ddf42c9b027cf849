"""What a page reads of members, versions, a member's posts and comments, and of what is new."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest

from accounts.models import Member
from discussions import threads
from discussions.listed import MOST_NEW
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post, Revision
from discussions.tests.conftest import signed_in
from discussions.tests.writers import Writers, writers
from discussions.threads import load_thread
from discussions.views import writing
from moderation.views import board_settings
from paging.tests.lasting import analyze
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db


class Place(NamedTuple):
    """A page for one viewer, the table that it is of, and where it tells of the next page."""

    viewer: Member
    address: str
    of: str
    next: Callable[[dict], str]


def places(site: Writers) -> dict[str, Place]:
    mona, paula, reader = site.mona, site.paula, site.reader

    def profile(viewer: Member, name: str) -> Place:
        return Place(viewer, f"/u/{name}/", "discussions_post", lambda c: c["page"].after)

    def comments(viewer: Member, name: str) -> Place:
        address = f"/u/{name}/comments/"
        return Place(viewer, address, "discussions_comment", lambda c: c["page"].after)

    def versions(written: Post | Comment) -> Place:
        address = f"{written.address}history/"
        return Place(mona, address, "discussions_revision", lambda c: c["after"])

    members = "/b/meadow/members/"
    return {
        "members": Place(mona, members, "boards_approvedmember", lambda c: c["approved"].after),
        "versions of a post": versions(site.seen[0]),
        "versions of a comment": versions(Comment.objects.get(pk=site.comment.pk)),
        "comments": comments(reader, "mona"),
        "posts": profile(reader, "mona"),
        "posts nearly all removed": profile(reader, "bert"),
        "comments nearly all removed": comments(reader, "bert"),
        "posts nearly all private": profile(reader, "paula"),
        "posts nearly all private, to a moderator": profile(mona, "paula"),
        "posts nearly all private, to their author": profile(paula, "paula"),
        "posts of which few are private": profile(paula, "una"),
    }


NAMES = [
    "members",
    "versions of a post",
    "versions of a comment",
    "comments",
    "posts",
    "posts nearly all removed",
    "comments nearly all removed",
    "posts nearly all private",
    "posts nearly all private, to a moderator",
    "posts nearly all private, to their author",
    "posts of which few are private",
]


def read(place: Place, after: str = "") -> Reading:
    return read_by(partial(signed_in(place.viewer).get, place.address, {"after": after}))


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> dict[str, int]:
    """How many queries a page takes where there are 100 of each."""
    with writers(100, django_db_blocker) as site:
        return {name: read(place).statements for name, place in places(site).items()}


@pytest.fixture(scope="module")
def site(few: dict[str, int], django_db_blocker: Any) -> Iterator[Writers]:
    with writers(100_000, django_db_blocker) as made:
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_three_pages(site: Writers, few: dict[str, int], name: str) -> None:
    """Each of no more than 50 rows and some for whoever is named on them."""
    place = places(site)[name]
    client, after = signed_in(place.viewer), ""
    for _ in range(3):
        reading = read(place, after)
        reading.assert_at_most(160, of=place.of)
        assert reading.statements == few[name]
        after = place.next(client.get(place.address, {"after": after}).context)
        assert after


def test_pages_of_members_are_not_longer() -> None:
    assert board_settings.PAGE_SIZE == 50


def test_of_what_is_private_each_sees_their_part(site: Writers) -> None:
    for viewer, board in (
        (site.reader, site.meadow),
        (site.mona, site.larder),
        (site.paula, site.larder),
    ):
        seen = signed_in(viewer).get("/u/paula/").context["page"].rows
        assert {row.board_id for row in seen} == {board.pk}


@pytest.mark.parametrize("address", ["/", "/u/una/"])
def test_what_is_new_on_a_list(site: Writers, address: str) -> None:
    """None of what the reader has seen, and of one thread no more than are told of."""
    client = signed_in(site.reader)
    reading = read_by(partial(client.get, address))
    # The one that all are new in, and the visits, whose table is too small for its index.
    reading.assert_at_most(MOST_NEW + PAGE_SIZE * PAGE_SIZE, of="comment_of_thread_by_date")
    assert client.get(address).content.count(b"100+ new</a>") == 1


def test_comments_of_a_thread(post: Post, ann: Member, ben: Member) -> None:
    """100,000 root comments, by as many queries as 300; those of one page are read by one."""
    rows = [Comment(pk=pk, post=post, author=ann) for pk in Comment.objects.next_ids(300)]
    for row in rows:
        row.place_at_root()
    written = Comment.objects.bulk_create(rows)
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
