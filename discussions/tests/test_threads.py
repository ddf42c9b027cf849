"""threads.load_thread: what a page shows, in which order, and what it leaves out."""

import random
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from discussions.actions.comments import reply
from discussions.models import Comment, CommentVote, Post
from discussions.threads import DEPTH, PAGE_SIZE, Node, Thread, load_thread, outline, page


def shown(thread: Thread) -> list[int]:
    return [item.node.pk for item in thread.items if item.is_comment]


def texts(thread: Thread) -> list[str]:
    """The comments of a page, which are one plain word each."""
    return [re.sub("</?p>", "", thread.comments[pk].html) for pk in shown(thread)]


def rank(comment: Comment, ups: int, downs: int = 0) -> None:
    comment.count_votes(ups, downs)
    comment.save()


@pytest.fixture
def three(post: Post, ann: Member) -> list[Comment]:
    """Root comments a, b, c with 2 up, 10 up, and 12 up and 9 down, b with two replies."""
    a, b, c = (reply(author=ann, post=post, text=text) for text in "abc")
    reply(author=ann, post=post, parent=b, text="b1")
    b2 = reply(author=ann, post=post, parent=b, text="b2")
    rank(a, 2)
    rank(Comment.objects.get(pk=b.pk), 10)
    rank(c, 12, 9)
    rank(b2, 5)
    return [a, b, c]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("best", "b b2 b1 a c"),
        ("top", "b b2 b1 c a"),
        ("new", "c b b2 b1 a"),
        ("old", "a b b1 b2 c"),
        ("controversial", "c b b2 b1 a"),
    ],
)
@pytest.mark.usefixtures("three")
def test_it_orders_siblings_at_every_level(post: Post, ben: Member, sort: str, order: str) -> None:
    assert texts(load_thread(post, ben, sort=sort)) == order.split()


def test_it_knows_no_other_order(post: Post, ben: Member) -> None:
    with pytest.raises(BadRequest):
        load_thread(post, ben, sort="id")


def nesting(thread: Thread) -> int:
    """How many lists are open at the end: none, if every `opens` has its `closes`."""
    depth = 0
    for item in thread.items:
        depth += item.opens
        depth -= item.closes
        assert depth >= 0
    return depth


def grow(post: Post, author: Member, count: int, *, roots: float, seed: int) -> list[Comment]:
    """A random thread, each new comment answering any earlier one or the post."""
    rng = random.Random(seed)
    grown: list[Comment] = []
    for number in range(count):
        parent = None if not grown or rng.random() < roots else rng.choice(grown)
        grown.append(reply(author=author, post=post, parent=parent, text=str(number)))
    return grown


@pytest.mark.parametrize("seed", range(3))
def test_every_comment_can_be_reached(
    post: Post, ann: Member, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the links onward, from the thread's first page: each comment, and each as it is."""
    monkeypatch.setattr(outline, "PAGE_SIZE", 12)
    monkeypatch.setattr(outline, "SHARE", 5)
    monkeypatch.setattr(outline, "DEPTH", 3)
    grow(post, ann, 80, roots=0.2, seed=seed)
    by_id = {comment.pk: comment for comment in Comment.objects.all()}
    seen: set[int] = set()
    pages: list[tuple[int, str]] = [(0, "")]
    asked: set[tuple[int, str]] = set()
    while pages:
        parent, after = pages.pop()
        chain = [Node.of(by_id[parent])] if parent else []
        thread = load_thread(post, ann, chain=chain, after=after)
        assert len(shown(thread)) <= 12 + len(chain)
        assert nesting(thread) == 0
        seen.update(shown(thread))
        onward = [(item.node.pk, item.after) for item in thread.items if not item.is_comment]
        if thread.after:
            onward.append((parent, thread.after))
        for link in onward:
            assert link not in asked, "a link leads in a circle"
            asked.add(link)
            pages.append(link)
    assert seen == by_id.keys()


@pytest.mark.parametrize("sort", list(outline.ORDERS))
def test_a_thread_that_fits_is_read_in_one_query_as_it_would_be_in_many(
    post: Post, ann: Member, ben: Member, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for comment in grow(post, ann, 40, roots=0.2, seed=5)[::3]:
        CommentVote.objects.create(voter=ben, target=comment, value=1)
        Comment.objects.filter(pk=comment.pk).update(ups=2, score=2, best=0.5)
    below = None
    for _level in range(DEPTH + 3):
        below = reply(author=ann, post=post, parent=below, text="deep")
    post.refresh_from_db()
    for viewer in (ann, ben, AnonymousUser()):
        with CaptureQueriesContext(connection) as asked:
            whole = load_thread(post, viewer, sort=sort)
        assert len(asked) == 1
        with monkeypatch.context() as patch:
            patch.setattr(page, "fits_on_a_page", lambda comments: False)
            parts = load_thread(post, viewer, sort=sort)
        assert [(item.node, item.hidden, item.closes) for item in whole.items] == [
            (item.node, item.hidden, item.closes) for item in parts.items
        ]
        assert whole.shown == parts.shown
        assert any(item.hidden for item in whole.items)


@pytest.mark.parametrize("sort", list(outline.ORDERS))
def test_a_tree_that_is_cut_is_read_whole_and_shown_as_it_would_be_level_by_level(
    post: Post, ann: Member, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "PAGE_SIZE", 12)
    monkeypatch.setattr(outline, "SHARE", 5)
    for comment in grow(post, ann, 80, roots=0.2, seed=1)[::3]:
        Comment.objects.filter(pk=comment.pk).update(ups=2, score=2, best=0.5)
    post.refresh_from_db()
    after, cut = "", []
    while not cut or after:
        with CaptureQueriesContext(connection) as asked:
            whole = load_thread(post, ann, sort=sort, after=after)
        assert len(asked) == 3  # the top, the trees, the words
        with monkeypatch.context() as patch:
            patch.setattr(outline, "WHOLE", 0)
            parts = load_thread(post, ann, sort=sort, after=after)
        assert whole.items == parts.items
        cut.append(any(item.hidden for item in whole.items))
        after = whole.after
    assert len(cut) > 1
    assert any(cut)


def test_a_thread_is_not_read_whole_for_a_wrong_count(
    post: Post, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(post, ann, 12, roots=0.5, seed=1)
    monkeypatch.setattr(outline, "PAGE_SIZE", 10)
    post.comment_count = 3
    assert load_thread(post, ann).after


def test_it_tells_how_many_it_leaves_out(post: Post, ann: Member) -> None:
    parent = None
    for level in range(DEPTH + 4):
        parent = reply(author=ann, post=post, parent=parent, text=str(level))
    thread = load_thread(post, ann)
    assert texts(thread) == [str(level) for level in range(DEPTH)]
    assert thread.items[-1].hidden == 4
    assert nesting(thread) == 0


def test_one_big_tree_gets_the_whole_page(post: Post, ann: Member) -> None:
    root = reply(author=ann, post=post, text="root")
    for number in range(PAGE_SIZE + 20):
        reply(author=ann, post=post, parent=root, text=str(number))
    thread = load_thread(post, ann, sort="old")
    assert len(shown(thread)) == PAGE_SIZE
    assert thread.items[-1].hidden == 21
    rest = load_thread(post, ann, sort="old", chain=[Node.of(root)], after=thread.items[-1].after)
    assert texts(rest)[1:] == [str(number) for number in range(PAGE_SIZE - 1, PAGE_SIZE + 20)]


def test_its_queries_do_not_grow(post: Post, ann: Member, ben: Member) -> None:
    grow(post, ann, 20, roots=0.3, seed=1)
    with CaptureQueriesContext(connection) as few:
        load_thread(post, ben)
    grow(post, ann, 250, roots=0.1, seed=2)
    with CaptureQueriesContext(connection) as many:
        load_thread(post, ben)
    # The top, the small trees, each level of larger ones, the words, and the viewer's votes.
    assert len(few) <= len(many) <= 2 + (DEPTH - 1) + 2


@pytest.mark.parametrize("after", ["x", "1", "1~", "~1", "nan~1", "1~-1", "1~" + "9" * 30, "1~²"])
def test_it_refuses_a_broken_cursor(post: Post, ben: Member, after: str) -> None:
    with pytest.raises(BadRequest):
        load_thread(post, ben, after=after)
