"""Texts and threads made to be expensive (security.md, cases 26 to 28)."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import thread_time
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.trees import nested_sets
from markup.rendering import read
from rboard.tests.security.browser import Browser, error_of
from rboard.tests.security.visitors import Visitors

pytestmark = pytest.mark.django_db

SECONDS = 0.5  # of computing, which a busy machine does not stretch
LOOP_SECONDS = 0.03  # what the loop in `_cost` takes on the machine of the design's figures
MOST_QUERIES = 20
MOST_BYTES = 300_000
SORTS = ["best", "top", "new", "old", "controversial"]

EXPENSIVE = {
    "quotes in quotes": ">" * 9_990,
    "spaced quotes": "> " * 4_990,
    "lists in lists": "- " * 4_990,
    "numbered lists in lists": "1. " * 3_300,
    "quotes and lists by turns": "> - " * 2_490,
    "deeper line by line": "\n".join(f"{'  ' * n}- x" for n in range(95)),
    "tags": "<div>" * 1_990,
    "a table of empty cells": "|a" * 600 + "\n" + "|-" * 600 + "\n" + "|\n" * 3_500,
    "a wide table": "|" * 2_000 + "\n" + "|-" * 1_000 + "|\n" + "|x" * 2_400,
    "stars": "*" * 9_990,
    "stars and words": "*a " * 3_300,
    "stars and underscores": "*_" * 4_990,
    "strikes": "~~a" * 3_300,
    "opening brackets": "[" * 9_990,
    "images": "![" * 4_990,
    "links in links": "[a](" * 2_490,
    "brackets and stars": "[*" * 4_990,
    "an open link": "[a](<" + "b" * 9_980,
    "backticks of growing length": "".join("`" * n + "x" for n in range(1, 138)),
    "backticks": "`" * 9_990,
    "references": "\n".join(f"[{n}]: /{'a' * 20}" for n in range(340)),
    "references to nothing": "[a]" * 3_300,
    "one reference again and again": "[a]: /" + "b" * 1_900 + "\n\n" + "[a]" * 2_600,
    "entities": "&amp;" * 1_990,
    "half entities": "&" * 9_990,
    "addresses": "http://a/(" * 990,
    "addresses in a row": "http://a" * 1_240,
    "schemes": " a://" * 1_990,
    "www": "www." * 2_490,
    "mentions": "u/abc " * 1_660,
    "slashes": "u/" * 4_990,
    "backslashes": "\\" * 9_990,
    "headings": "# x\n" * 2_490,
    "rules": "---\n" * 2_490,
    "fences": "```\n" * 2_490,
    "line breaks": "\n" * 9_990,
    "blanks": " " * 9_980 + "x",
    "blanks at the ends of lines": ("x" + " " * 98 + "\n") * 99,
    "angle brackets": "<" * 9_990,
    "comments": "<!--" * 2_490,
    "autolinks": "<a:" * 3_300,
    "mail": "a@" * 4_990,
    "combining marks": "a" + "\u0301" * 9_980,
    "right to left": "\u202e" * 9_990,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 1_990,
}


def is_quick(work: Callable[[], object]) -> bool:
    """Whether this thread computes for less than SECONDS, had the machine nothing else to do.

    Neighbours slow computing down too (shared caches and cores): told by a loop of known cost,
    and by the best of three tries. Each from another depth of the stack: CPython keeps its frames
    in chunks, and a loop whose calls begin a new one asks the system for memory at each of them.
    """
    return any(_cost(_from_below(work, frames)) < SECONDS for frames in (0, 10, 20))


def _from_below(work: Callable[[], object], frames: int) -> Callable[[], object]:
    return (lambda: _from_below(work, frames - 1)()) if frames else work


def _cost(work: Callable[[], object]) -> float:
    read.cache_clear()
    start = thread_time()
    sum(number * number for number in range(500_000))
    middle = thread_time()
    work()
    return (thread_time() - middle) * min(1, LOOP_SECONDS / (middle - start))


@pytest.mark.parametrize("text", EXPENSIVE.values(), ids=EXPENSIVE.keys())
def test_no_text_takes_long(text: str, a: Board, ben: Member) -> None:
    """Case 26: taken or refused in words, quickly, and shown quickly if it was taken."""
    browser = Browser(ben)
    browser.get("/appearance/")
    # As long as a text may be: that of a post.
    text = ("\n\n" if "\n" in text else "").join([text] * 4)[:39_990]
    answers = []

    def send() -> None:
        answers.append(browser.raw_form("/b/board_a/submit/", {"title": "x", "text": text}))

    assert is_quick(send)
    assert answers[0].status_code in {302, 400, 422}, error_of(answers[0])
    if answers[0].status_code == 302:
        post = Post.objects.latest("pk")
        assert is_quick(lambda: browser.get(post.get_absolute_url()))
        assert len(post.html) < 500_000


@pytest.mark.parametrize(
    "text", ["<div>" * 20_000, ">" * 10_001, "- " * 5_001, "|" * 12_000, "x" * 40_001]
)
def test_what_is_too_long_is_refused_at_once(text: str, post: Post, ben: Member) -> None:
    browser = Browser(ben)
    browser.get("/appearance/")
    answers = []

    def send() -> None:
        answers.append(browser.raw_form(f"{post.address}reply/", {"text": text}))

    assert is_quick(send)
    assert answers[0].status_code in {400, 422}
    assert not Comment.objects.exists()


def test_length_is_judged_before_rendering(
    post: Post, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 26: what is too long never reaches the parser."""
    parsed: list[int] = []
    monkeypatch.setattr(
        "markup.parser.Parser.parse", lambda _self, source, _env=None: parsed.append(len(source))
    )
    browser = Browser(ben)
    for path, fields in (
        (f"{post.address}reply/", {"text": "*a* " * 2_501}),
        (f"{post.address}reply/", {"text": "*a* " * 200_000}),
        (f"{post.address}reply/", {"text": "*a* " * 2_501, "preview": "1"}),
        ("/b/board_a/submit/", {"title": "x", "text": "*a* " * 10_001}),
        ("/settings/", {"bio": "*a* " * 251}),
        ("/boards/new/", {"name": "long", "title": "x", "description": "*a* " * 2_501}),
    ):
        answer = browser.raw_form(path, fields)
        assert answer.status_code in {400, 422}
        assert parsed == [], path
    assert not Comment.objects.exists()


def test_a_refused_text_comes_back(post: Post, ben: Member) -> None:
    text = "> " * 4_000 + "Mine."
    answer = Browser(ben).raw_form(f"{post.address}reply/", {"text": text})
    assert answer.status_code == 422
    assert text.strip().replace(">", "&gt;") in answer.content.decode()


def plant(post: Post, parents: list[int | None]) -> list[Comment]:
    """Comments in bulk, each below the one that `parents` names by its place in the list."""
    # As long as the ids of a board that has such threads.
    ids = list(range(1_000_001, 1_000_001 + len(parents)))
    above = {
        pk: None if parent is None else ids[parent] for pk, parent in zip(ids, parents, strict=True)
    }
    places = nested_sets(above)
    dice = random.Random(1)
    authors = [post.author, *(Member.objects.create_user(f"writer{n}") for n in range(9))]
    now = timezone.now()
    comments = []
    for number, pk in enumerate(ids):
        place = places[pk]
        comment = Comment(pk=pk, post=post, author=dice.choice(authors), parent_id=above[pk])
        comment.tree_id, comment.lft, comment.rght, comment.level = place
        comment.text = f"Comment {number}, {'word ' * dice.randrange(12)}"
        comment.html = f"<p>{comment.text}</p>"
        # Many share a moment and a score, as where cursors go wrong.
        comment.created_at = now - timedelta(seconds=number // 7)
        comment.count_votes(dice.randrange(1, 5), dice.randrange(0, 3))
        comments.append(comment)
    Comment.objects.bulk_create(comments, batch_size=500)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
    Post.objects.filter(pk=post.pk).update(comment_count=len(parents))
    return comments


def comments_on(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li class="comment[^"]*" id="c(\d+)"', html)]


def onward(html: str) -> list[str]:
    """The links that lead further down a thread."""
    links = re.findall(r'<a class="more" href="([^"]+)"', html)
    return [link.replace("&amp;", "&") for link in links]


@pytest.fixture
def chain(post: Post) -> list[Comment]:
    return plant(post, [None, *range(999)])


def test_a_chain_of_a_thousand_is_read_to_its_end(
    chain: list[Comment], post: Post, ben: Member
) -> None:
    """Case 27: from page to page by the links that each page offers."""
    browser = Browser(ben)
    path: str | None = post.get_absolute_url()
    seen: set[int] = set()
    while path:
        html = browser.get(path).content.decode()
        assert len(html) < MOST_BYTES
        shown = set(comments_on(html))
        assert shown - seen
        seen |= shown
        links = onward(html)
        assert len(links) <= 1
        path = links[0] if links else None
    assert seen == {comment.pk for comment in chain}


def test_the_end_of_a_chain_has_its_page(chain: list[Comment], ben: Member) -> None:
    last = chain[-1]
    browser = Browser(ben)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(last.get_absolute_url())
    html = answer.content.decode()
    assert answer.status_code == 200
    assert comments_on(html) == [comment.pk for comment in chain[-4:]]
    assert len(queries) <= MOST_QUERIES


def test_the_end_of_a_chain_takes_a_reply(chain: list[Comment], post: Post, ben: Member) -> None:
    browser = Browser(ben)
    answer = browser.submit(f"{chain[-1].address}reply/", {"text": "Number 1,001."})
    assert answer.status_code == 302
    new = Comment.objects.get(text="Number 1,001.")
    assert (new.level, new.parent_id, new.tree_id) == (1000, chain[-1].pk, chain[0].pk)
    assert new.pk in comments_on(browser.get(answer["Location"]).content.decode())
    chain[0].refresh_from_db()
    assert (chain[0].lft, chain[0].rght) == (1, 2002)
    post.refresh_from_db()
    assert post.comment_count == 1001


@pytest.mark.parametrize("deed", ["delete", "remove"])
def test_the_head_of_a_chain_goes(deed: str, chain: list[Comment], post: Post, mo: Member) -> None:
    """Its replies stay, below a tombstone."""
    browser = Browser(chain[0].author if deed == "delete" else mo)
    assert browser.raw_form(f"{chain[0].address}{deed}/", {}).status_code == 302
    html = Browser().get(post.get_absolute_url()).content.decode()
    assert comments_on(html)[:2] == [chain[0].pk, chain[1].pk]
    assert "Comment 0," not in html
    assert "Comment 1," in html
    assert Comment.objects.count() == 1000
    assert Browser().get(chain[-1].get_absolute_url()).status_code == 200


@pytest.fixture
def crowd(post: Post) -> list[Comment]:
    """10,000 comments: two large trees, many small ones, and 1,000 without a reply."""
    dice = random.Random(2)
    parents: list[int | None] = [None, None]
    parents += [dice.randrange(place) for place in range(2, 8_000)]
    while len(parents) < 9_000:
        root = len(parents)
        parents += [None, *(dice.randrange(root, root + n) for n in range(1, 8))]
    parents += [None] * 1_000
    return plant(post, parents)


def test_a_page_of_a_large_thread_is_cheap(
    visitors: Visitors, crowd: list[Comment], post: Post
) -> None:
    """Case 28: whoever reads, in whatever order, at the top, in the middle and below a comment."""
    url = post.get_absolute_url()
    paths = [f"{url}?sort={sort}" for sort in SORTS]
    paths += [crowd[0].get_absolute_url(), f"{crowd[1].get_absolute_url()}?sort=new"]
    for visitor in ("guest", "member", "author", "moderator"):
        browser = Browser(visitors[visitor])
        browser.get(url)
        for path in paths:
            further = next_if_cheap(browser, path, post, f"{visitor}, {path}")
            if further is not None:
                next_if_cheap(browser, further, post, f"{visitor}, {further}")


def next_if_cheap(browser: Browser, path: str, post: Post, who: str) -> str | None:
    """The address of the page behind that at `path`, which is cheap for `who`."""
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    assert answer.status_code == 200, who
    assert len(queries) <= MOST_QUERIES, who
    # Whatever number the tests before have let PostgreSQL count posts to.
    content = answer.content.replace(f"/{post.pk}/".encode(), b"/1/")
    assert len(content) <= MOST_BYTES, who
    html = answer.content.decode()
    shown = comments_on(html)
    assert 100 <= len(shown) <= 210, who
    assert len(shown) == len(set(shown)), who
    further = re.search(r'<a rel="next" href="([^"]+)"', html)
    return path.partition("?")[0] + further[1].replace("&amp;", "&") if further else None


def pages(browser: Browser, url: str, query: str) -> Iterator[str]:
    """Every page of a list, by the links that each offers."""
    link: str | None = query
    for _page in range(500):
        html = browser.get(url + (link or "")).content.decode()
        yield html
        found = re.search(r'<a rel="next" href="([^"]+)"', html)
        if found is None:
            return
        link = found[1].replace("&amp;", "&")
    raise AssertionError("no end of pages")


ORDERS: dict[str, Callable[[Comment], tuple[Any, ...]]] = {
    "best": lambda c: (-c.best, -c.pk),
    "top": lambda c: (-c.score, -c.pk),
    "new": lambda c: (-c.created_at.timestamp(), -c.pk),
    "old": lambda c: (c.created_at, c.pk),
    "controversial": lambda c: (-c.controversy, -c.pk),
}


def test_a_large_thread_is_paged_through_to_its_end(crowd: list[Comment], post: Post) -> None:
    """Case 28: every root comment comes once, in the order that was asked for."""
    roots = {comment.pk: comment for comment in crowd if comment.parent_id is None}
    for sort in SORTS:
        seen: list[int] = []
        for html in pages(Browser(), post.get_absolute_url(), f"?sort={sort}"):
            shown = [pk for pk in comments_on(html) if pk in roots]
            assert shown, sort
            assert len(html) <= MOST_BYTES, sort
            seen += shown
        assert len(seen) == len(set(seen)) == len(roots), sort
        assert seen == sorted(roots, key=lambda pk: ORDERS[sort](roots[pk])), sort
