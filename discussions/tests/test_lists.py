"""The front page, boards and profiles, and the orders of posts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.actions import subscribe
from boards.models import Board
from discussions.actions.comments import delete_comment, reply
from discussions.actions.posts import delete_post, submit_post
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post, PostVote, Visit
from discussions.tests.conftest import signed_in
from moderation.actions.content import remove
from moderation.actions.log import By


def titles(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [post.title for post in answer.context["listing"].posts]


@pytest.fixture
def week(a: Board, ann: Member) -> list[Post]:
    """Posts of 1, 10, 100 and 1000 hours ago with 1, 5, 3 and 50 votes."""
    posts = []
    for hours, ups, downs in [(1, 1, 0), (10, 5, 0), (100, 3, 3), (1000, 50, 0)]:
        at = timezone.now() - timedelta(hours=hours)
        post = submit_post(author=ann, board=a, title=str(hours), at=at)
        post.count_votes(ups, downs)
        post.save()
        posts.append(post)
    return posts


@pytest.mark.parametrize("address", ["/", "/?feed=all", "/?sort=top&t=week", "/b/board_a/"])
def test_each_viewer_sees_their_own_marks(
    a: Board, ann: Member, ben: Member, pam: Member, address: str
) -> None:
    at = timezone.now()
    voted, opened, untouched = (submit_post(author=ann, board=a, title=t) for t in "vou")
    PostVote.objects.create(voter=ben, target=voted, value=-1)
    for member, post in [(ben, opened), (pam, voted)]:
        Visit.objects.create(member=member, post=post, since=at, seen_at=at, comment_count=0)
    for _ in range(2):
        reply(author=ann, post=opened, text="new")
    for member in (ann, ben, pam):
        subscribe(member=member, board=a)
    nothing = {voted.pk: (0, 0), opened.pk: (0, 0), untouched.pk: (0, 0)}
    for client, expected in [
        (signed_in(ben), nothing | {voted.pk: (-1, 0), opened.pk: (0, 2)}),
        (signed_in(pam), nothing),
        (signed_in(ann), dict.fromkeys(nothing, (1, 0))),
        (Client(), nothing),
    ]:
        posts = client.get(address).context["listing"].posts
        assert {post.pk: (post.my_vote, post.new_comments) for post in posts} == expected


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "10 1 100 1000"),
        ("?sort=hot", "10 1 100 1000"),
        ("?sort=new", "1 10 100 1000"),
        ("?sort=top", "1000 10 1 100"),
        ("?sort=top&t=day", "10 1"),
        ("?sort=top&t=week", "10 1 100"),
        ("?sort=top&t=year", "1000 10 1 100"),
        ("?sort=controversial&t=month", "100 1 10"),
        ("?sort=active", "1 10 100 1000"),
    ],
)
def test_each_order(query: str, order: str) -> None:
    found = titles(Client(), f"/{query}")
    if "controversial" in query:
        assert found[0] == "100"
        found, order = sorted(found), " ".join(sorted(order.split()))
    assert found == order.split()


def test_a_comment_wakes_a_post(week: list[Post], ben: Member) -> None:
    reply(author=ben, post=week[3], text="still here")
    assert titles(Client(), "/?sort=active")[0] == "1000"


@pytest.mark.parametrize(
    "query",
    [
        "sort=x",
        "t=x",
        "after=x",
        "after=1~x",
        "sort=new&after=yesterday~1",
        "after=inf~1",
        "sort=new&after=0001-01-01T00:00:00%2B14:00~5",
        "sort=new&after=9999-12-31T23:59:59-14:00~5",
        "sort=new&after=2020-01-01T00:00:00~5",
    ],
)
def test_it_refuses_what_there_is_not(a: Board, query: str) -> None:
    for address in ("/", "/b/board_a/"):
        assert Client().get(f"{address}?{query}").status_code == 400


@pytest.mark.parametrize("sort", ["hot", "new", "top", "active", "controversial"])
def test_the_pages_together_hold_every_post_once(a: Board, ann: Member, sort: str) -> None:
    for number in range(2 * PAGE_SIZE + 5):
        submit_post(author=ann, board=a, title=str(number))
    seen: list[str] = []
    after = ""
    while True:
        answer = Client().get("/b/board_a/", {"sort": sort, "after": after})
        seen += [post.title for post in answer.context["listing"].posts]
        after = answer.context["listing"].after
        if not after:
            break
    assert sorted(seen, key=int) == [str(number) for number in range(2 * PAGE_SIZE + 5)]


def test_members_see_their_boards_and_may_see_all(
    a: Board, mo: Member, ann: Member, ben: Member, p: Board
) -> None:
    from_a = submit_post(author=ann, board=a, title="on a")
    client = signed_in(ben)
    assert titles(client, "/") == [from_a.title]  # follows nothing yet
    other = Board.objects.create(name="other", title="Other")
    submit_post(author=ann, board=other, title="on other")
    subscribe(member=ben, board=other)
    assert titles(client, "/") == ["on other"]
    assert titles(client, "/?feed=all") == ["on other", "on a"]


def test_private_posts_show_to_those_let_in_alone(
    secret: Post, pam: Member, ben: Member, mo: Member
) -> None:
    assert titles(Client(), "/") == []
    assert titles(signed_in(ben), "/") == []
    assert titles(signed_in(pam), "/") == ["hush title"]
    assert titles(signed_in(mo), "/?feed=all") == ["hush title"]


def test_tombstones_are_not_listed(a: Board, ann: Member, mo: Member) -> None:
    gone, removed = (submit_post(author=ann, board=a, title=title) for title in ("x", "y"))
    delete_post(author=ann, post=gone)
    remove(removed, By(mo))
    assert titles(signed_in(ann), "/") == []
    assert titles(signed_in(mo), "/b/board_a/") == []


def test_a_profile_holds_what_the_visitor_may_see(
    post: Post, comment: Comment, secret: Post, ann: Member, pam: Member, ben: Member
) -> None:
    assert b"A first post" in Client().get("/u/ANN/").content
    assert b"A first comment." in Client().get("/u/ann/comments/").content
    assert b"hush" not in Client().get("/u/pam/").content
    assert b"hush" in signed_in(pam).get("/u/pam/").content
    whispered = reply(author=pam, post=secret, text="hush comment")
    assert b"hush" not in signed_in(ben).get("/u/pam/comments/").content
    assert b"hush" in signed_in(pam).get("/u/pam/comments/").content
    delete_comment(author=pam, comment=whispered)
    assert b"hush comment" not in signed_in(pam).get("/u/pam/comments/").content


def test_a_profile_leaves_out_what_was_removed(comment: Comment, mo: Member, ann: Member) -> None:
    remove(comment, By(mo))
    assert b"A first comment." not in Client().get("/u/ann/comments/").content


def test_there_is_no_profile_of_nobody(ann: Member) -> None:
    ann.is_active = False
    ann.save()
    for address in ("/u/nobody/", "/u/ann/", "/u/ann/comments/", "/u/%00/", "/u/%ED%A0%80/"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/?feed=all", "/b/board_a/", "/u/ann/"])
def test_queries_do_not_grow(a: Board, ann: Member, ben: Member, address: str) -> None:
    subscribe(member=ben, board=a)
    client = signed_in(ben)
    submit_post(author=ann, board=a, title="one")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(PAGE_SIZE + 5):
        submit_post(author=ann, board=a, title=str(number))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(few) == len(many) <= 12
