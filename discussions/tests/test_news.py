"""What is shown to a member as new, on lists and in threads."""

import random
import re
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.actions import approve, subscribe
from boards.models import Board
from discussions import news
from discussions.actions.access import change_board, dismiss
from discussions.actions.comments import delete_comment, reply
from discussions.actions.posts import submit_post
from discussions.listed import MOST_NEW
from discussions.models import Comment, Post, Visit
from discussions.tests.clock import let_pass
from discussions.tests.conftest import signed_in
from discussions.threads import DEPTH, outline
from moderation.actions.content import remove, restore
from moderation.actions.log import By


@dataclass
class Marks:
    """What a page of comments says is new."""

    html: str

    @property
    def line(self) -> str:
        """The line above the comments, without its markup, or nothing."""
        found = re.search(r'<p class="news" id="new">(.*?)</p>', self.html)
        return re.sub(r"<.*?>", "", found[1]) if found else ""

    @property
    def first(self) -> str:
        found = re.search(r'<a href="([^"]+)">first new</a>', self.html)
        return found[1] if found else ""

    @property
    def new(self) -> list[int]:
        """The comments that are marked, in the order of the page."""
        marked = re.findall(r'<li class="comment[^"]* is-new" id="c(\d+)"', self.html)
        assert self.html.count('<span class="mark">new</span>') == len(marked)
        assert self.html.count(", unread</h3>") == len(marked)
        return [int(pk) for pk in marked]

    @property
    def links(self) -> list[str]:
        """Where their links to the next one lead."""
        return re.findall(r'<a class="next-new" href="([^"]+)"', self.html)

    @property
    def labels(self) -> list[str]:
        return re.findall(r'<a class="next-new" [^>]*>([^<]+)</a>', self.html)


def marks(client: Client, address: str) -> Marks:
    answer = client.get(address)
    assert answer.status_code == 200
    return Marks(answer.content.decode())


@pytest.fixture
def reader(ben: Member, post: Post, comment: Comment) -> Client:
    """ben, who read the post and its one comment two hours ago."""
    client = signed_in(ben)
    client.get(post.get_absolute_url())
    let_pass(hours=2)
    return client


def new_on(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.findall(r"(\d+) new</a>", answer.content.decode())


# --- Lists


@pytest.mark.parametrize("address", ["/", "/?feed=all", "/?sort=new", "/b/board_a/", "/u/ann/"])
def test_a_list_tells_how_many_comments_are_new(
    reader: Client, post: Post, a: Board, ann: Member, ben: Member, address: str
) -> None:
    subscribe(member=ben, board=a)
    assert new_on(reader, address) == []
    for number in range(3):
        reply(author=ann, post=post, text=str(number))
    html = reader.get(address).content.decode()
    assert f'<a class="mark" href="{post.get_absolute_url()}#new">3 new</a>' in html
    reader.get(post.get_absolute_url())
    assert new_on(reader, address) == []


def test_a_thread_never_opened_has_nothing_new(post: Post, comment: Comment, ben: Member) -> None:
    assert new_on(signed_in(ben), "/") == []


def test_each_member_has_news_of_their_own(
    reader: Client, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    signed_in(mo).get(post.get_absolute_url())
    reply(author=ben, post=post, text="by ben")
    assert new_on(reader, "/") == []
    assert new_on(signed_in(mo), "/") == ["1"]
    assert new_on(signed_in(ann), "/") == []
    assert new_on(Client(), "/") == []


@pytest.mark.parametrize("address", ["/", "/u/ann/"])
def test_what_is_removed_and_restored_changes_no_news(
    reader: Client, post: Post, comment: Comment, ann: Member, mo: Member, address: str
) -> None:
    remove(comment, By(mo))
    assert new_on(reader, address) == []
    new = reply(author=ann, post=post, text="new")
    assert new_on(reader, address) == ["1"]
    restore(comment, By(mo))
    assert new_on(reader, address) == ["1"]
    remove(new, By(mo))
    assert new_on(reader, address) == []
    restore(new, By(mo))
    reader.get(post.get_absolute_url())
    remove(comment, By(mo))
    restore(comment, By(mo))
    assert new_on(reader, address) == []


def test_what_came_while_as_many_went_is_seen(
    reader: Client, post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    """Within the minutes in which another opening of a thread is not written down."""
    reader.get(post.get_absolute_url())
    remove(comment, By(mo))
    reply(author=ann, post=post, text="new")
    assert new_on(reader, "/") == ["1"]
    reader.get(post.get_absolute_url())
    assert new_on(reader, "/") == []


def test_a_list_counts_no_further_than_it_tells(reader: Client, post: Post, ann: Member) -> None:
    for number in range(MOST_NEW + 2):
        reply(author=ann, post=post, text=str(number))
    html = reader.get("/").content.decode()
    assert f">{MOST_NEW}+ new</a>" in html
    reader.get(post.get_absolute_url())
    assert "new</a>" not in reader.get("/").content.decode()


def test_a_list_costs_one_query_more(
    reader: Client, a: Board, post: Post, ann: Member, ben: Member
) -> None:
    for number in range(10):
        other = submit_post(author=ann, board=a, title=str(number))
        reader.get(other.get_absolute_url())
        reply(author=ann, post=other, text="new")
    assert visit_queries(reader, "/") == 1
    assert visit_queries(Client(), "/") == 0


def visit_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return sum("discussions_visit" in query["sql"] for query in queries)


# --- Threads


def test_the_first_time_nothing_is_new(post: Post, comment: Comment, ben: Member) -> None:
    page = marks(signed_in(ben), post.get_absolute_url())
    assert (page.new, page.line) == ([], "")


def test_new_comments_are_marked_and_lead_on(
    reader: Client, post: Post, comment: Comment, ann: Member
) -> None:
    one = reply(author=ann, post=post, parent=comment, text="one")
    two = reply(author=ann, post=post, text="two")
    page = marks(reader, f"{post.get_absolute_url()}?sort=old")
    assert page.line == "2 new comments since your last visit (2 hours ago) · first new"
    assert page.new == [one.pk, two.pk]
    assert page.first == f"#c{one.pk}"
    assert page.links == [f"#c{two.pk}"]
    assert f'aria-label="next new after {one.pk}"' in page.html
    assert marks(reader, f"{post.get_absolute_url()}?sort=new").links == [f"#c{one.pk}"]


def test_the_marks_outlive_a_reload_but_not_the_visit(
    reader: Client, post: Post, ann: Member
) -> None:
    new = reply(author=ann, post=post, text="new")
    for _reload in range(3):
        assert marks(reader, post.get_absolute_url()).new == [new.pk]
        let_pass(minutes=10)
    let_pass(minutes=30)
    assert marks(reader, post.get_absolute_url()).new == []


def test_what_comes_during_a_visit_is_new_too(reader: Client, post: Post, ann: Member) -> None:
    first = reply(author=ann, post=post, text="first")
    reader.get(post.get_absolute_url())
    second = reply(author=ann, post=post, text="second")
    page = marks(reader, f"{post.get_absolute_url()}?sort=old")
    assert page.new == [first.pk, second.pk]


def test_ones_own_comments_are_never_new(reader: Client, post: Post, ben: Member) -> None:
    reply(author=ben, post=post, text="mine")
    page = marks(reader, post.get_absolute_url())
    assert (page.new, page.line) == ([], "")


def test_tombstones_are_not_new(reader: Client, post: Post, ann: Member, mo: Member) -> None:
    gone, removed = (reply(author=ann, post=post, text=text) for text in ("x", "y"))
    delete_comment(author=ann, comment=gone)
    remove(removed, By(mo))
    page = marks(reader, post.get_absolute_url())
    assert (page.new, page.line) == ([], "")


def test_a_comment_of_an_erased_account_is_new(reader: Client, post: Post, ann: Member) -> None:
    new = reply(author=ann, post=post, text="new")
    Comment.objects.filter(pk=new.pk).update(author=None)
    assert marks(reader, post.get_absolute_url()).new == [new.pk]


def test_guests_are_told_nothing(post: Post, comment: Comment) -> None:
    page = marks(Client(), post.get_absolute_url())
    assert (page.new, page.line) == ([], "")
    assert visit_queries(Client(), post.get_absolute_url()) == 0


def test_a_page_without_new_ones_leads_to_the_first(
    reader: Client, post: Post, comment: Comment, ann: Member
) -> None:
    parent = comment
    for level in range(1, DEPTH):
        parent = reply(author=ann, post=post, parent=parent, text=str(level))
    reader.get(post.get_absolute_url())
    let_pass(hours=3)
    deep = reply(author=ann, post=post, parent=parent, text="deep")
    page = marks(reader, post.get_absolute_url())
    assert page.line == "1 new comment since your last visit (3 hours ago) · first new"
    assert page.new == []
    assert page.first == f"{deep.get_absolute_url()}#c{deep.pk}"
    there = marks(reader, page.first)
    assert there.line == "1 new comment here since your last visit (3 hours ago) · first new"
    assert (there.new, there.links) == ([deep.pk], [])


def test_the_last_one_leads_to_those_that_are_not_shown(
    reader: Client, post: Post, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "PAGE_SIZE", 2)
    made = [reply(author=ann, post=post, text=str(number)) for number in range(4)]
    page = marks(reader, f"{post.get_absolute_url()}?sort=new")
    assert page.new == [made[3].pk, made[2].pk]
    assert page.links == [f"#c{made[2].pk}", f"{made[0].get_absolute_url()}#c{made[0].pk}"]
    assert page.labels == ["next new", "2 more new"]
    assert page.line.startswith("4 new comments since")


def test_a_great_many_are_not_counted(
    reader: Client, post: Post, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "MOST", 3)
    monkeypatch.setattr(outline, "PAGE_SIZE", 1)
    for number in range(5):
        reply(author=ann, post=post, text=str(number))
    assert marks(reader, post.get_absolute_url()).line.startswith("3+ new comments since")


def test_the_page_of_one_comment_marks_but_is_no_visit(
    reader: Client, post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    below = reply(author=ann, post=post, parent=comment, text="below")
    other = reply(author=ann, post=post, text="other")
    before = Visit.objects.get(member=ben)
    page = marks(reader, comment.get_absolute_url())
    assert page.new == [below.pk]
    assert page.links == [f"{other.get_absolute_url()}#c{other.pk}"]
    assert page.labels == ["1 more new"]
    after = Visit.objects.get(member=ben)
    assert (after.seen_at, after.comment_count) == (before.seen_at, before.comment_count)


@pytest.mark.parametrize("seed", range(3))
def test_the_links_lead_to_every_new_comment_and_to_an_end(
    reader: Client,
    post: Post,
    comment: Comment,
    ann: Member,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outline, "PAGE_SIZE", 8)
    monkeypatch.setattr(outline, "SHARE", 4)
    monkeypatch.setattr(outline, "DEPTH", 3)
    dice = random.Random(seed)
    made: list[Comment] = [comment]
    for number in range(30):
        parent = dice.choice([None, *made])
        made.append(reply(author=ann, post=post, parent=parent, text=str(number)))
    seen: set[int] = set()
    walked: set[str] = set()
    address = post.get_absolute_url()
    while address:
        assert address not in walked, "the links lead in a circle"
        walked.add(address)
        page = marks(reader, address)
        seen.update(page.new)
        address = page.links[-1] if page.links and page.links[-1].startswith("/") else ""
    assert seen == {each.pk for each in made[1:]}


def test_its_queries_do_not_grow(reader: Client, post: Post, ann: Member) -> None:
    def cost(client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(post.get_absolute_url())
        return len(queries)

    reply(author=ann, post=post, text="new")
    few = cost(reader)
    for number in range(40):
        reply(author=ann, post=post, text=str(number))
    assert cost(reader) == few <= 20
    again = cost(reader)
    Visit.objects.all().delete()
    # The visit, what is new, and the visit written down: the last only when something changed.
    assert few - again == 1
    assert visit_queries(reader, post.get_absolute_url()) == 2


def test_what_is_new_is_read_from_one_index(post: Post, ben: Member) -> None:
    """However large the thread: none of its older comments is touched, and nothing sorted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would not care for an index of few rows
            for name in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{name} = off")
    with CaptureQueriesContext(connection) as queries:
        news._new_ids(post, ben, post.created_at)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "comment_of_thread_by_date" in plan
    assert "created_at >" in plan or "created_at>" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


# --- What is private


def test_a_thread_gone_private_has_no_news(
    reader: Client, post: Post, a: Board, ann: Member, ben: Member
) -> None:
    subscribe(member=ben, board=a)
    reply(author=ann, post=post, text="new")
    assert new_on(reader, "/") == ["1"]
    fields = {"title": a.title, "description": "", "rules": ""}
    change_board(board=a, is_private=True, **fields)
    for address in ("/", "/?feed=all", "/u/ann/"):
        html = reader.get(address).content.decode()
        assert "new</a>" not in html
        assert "A first post" not in html
    for address in ("/b/board_a/", post.get_absolute_url()):
        assert reader.get(address).status_code == 404
    change_board(board=a, is_private=False, **fields)
    assert new_on(reader, "/") == ["1"]


def test_who_was_dismissed_hears_no_more(
    secret: Post, p: Board, pam: Member, ben: Member, mo: Member
) -> None:
    approve(board=p, member=ben, by=mo)
    client = signed_in(ben)
    client.get(secret.get_absolute_url())
    reply(author=pam, post=secret, text="hush")
    assert new_on(client, "/") == ["1"]
    dismiss(board=p, member=ben)
    assert new_on(client, "/") == []
    assert client.get(secret.get_absolute_url()).status_code == 404
    assert Visit.objects.get(member=ben).comment_count == 0
