"""A pack of an archive's comments is written.

Their trees are computed in memory and written in one transaction, so that no tree is ever half
there, however the import ends. New replies in a tree that is here already are added under its
lock, as members' replies are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from discussions import bulk, ranking
from discussions.importing import content, posts
from discussions.importing.branches import POST, parent_links
from discussions.importing.members import Members
from discussions.importing.records import DELETED, REMOVED, Remark
from discussions.locks import lock_trees
from discussions.models import Comment, Post
from discussions.trees import Place, nested_sets

PREFIX = "t1_"
IDS_PER_QUERY = 2_000


class BrokenTree(Exception):
    """A tree that is here already is not whole, so nothing can be added to it."""


class Home(NamedTuple):
    """Where a thread is here."""

    post_id: int
    board: str
    has_comments: bool


class Here(NamedTuple):
    """A comment that is here already."""

    pk: int
    post_id: int
    tree_id: int


def homes(threads: Iterable[str]) -> dict[str, Home]:
    """The posts that are here, of these."""
    found = {}
    for ids in bulk.chunks({posts.PREFIX + thread for thread in threads}, IDS_PER_QUERY):
        has_comments = Exists(Comment.objects.filter(post=OuterRef("pk")).order_by())
        rows = Post.objects.filter(source_id__in=ids).annotate(has_comments=has_comments)
        for source, *home in rows.values_list("source_id", "pk", "board__name", "has_comments"):
            found[str(source)[len(posts.PREFIX) :]] = Home._make(home)
    return found


def here(comments: Iterable[str]) -> dict[str, Here]:
    """The comments that are here, of these."""
    found = {}
    for ids in bulk.chunks({PREFIX + comment for comment in comments}, IDS_PER_QUERY):
        rows = Comment.objects.filter(source_id__in=ids)
        for source, *row in rows.values_list("source_id", "pk", "post_id", "tree_id"):
            found[str(source)[len(PREFIX) :]] = Here(*row)
    return found


class Planted(NamedTuple):
    """How many comments were written, and how many of them without what they answer."""

    comments: int
    orphans: int


def plant(new: Mapping[Remark, str], members: Members) -> Planted:
    """Write comments, none of which is here, with their HTML. Raises BrokenTree."""
    authors = members.resolve(content.first_words(new))
    with transaction.atomic():
        threads = homes(remark.thread for remark in new)
        html = {remark: text for remark, text in new.items() if remark.thread in threads}
        post_ids = {thread: home.post_id for thread, home in threads.items()}
        orphans = _grow(html, post_ids, authors)
        _count_on_posts(html, post_ids)
    return Planted(len(html), orphans)


def _grow(
    html: Mapping[Remark, str], post_ids: Mapping[str, int], authors: Mapping[str, int]
) -> int:
    """Write comments with their HTML, below those that are here; how many are orphans."""
    known = here({remark.parent for remark in html} - {remark.id for remark in html} - {POST})
    names = {post_id: thread for thread, post_id in post_ids.items()}
    threads = {comment: names.get(at.post_id, "") for comment, at in known.items()}
    links, orphans = parent_links(list(html), threads)
    new_ids = dict(zip(links, Comment.objects.next_ids(len(links)), strict=True))
    ids = {POST: None} | {comment: at.pk for comment, at in known.items()} | new_ids
    parents = {new_ids[comment]: ids[parent] for comment, parent in links.items()}
    places = _make_room(parents, {known[each].tree_id for each in links.values() if each in known})

    def row(remark: Remark, text: str) -> dict[str, Any]:
        pk, author_id = new_ids[remark.id], authors.get(remark.author)
        columns = content.columns(remark, PREFIX + remark.id, author_id, text)
        columns |= places[pk]._asdict()
        columns |= {"id": pk, "post_id": post_ids[remark.thread], "parent_id": parents[pk]}
        columns["best"] = ranking.best(columns["ups"], columns["downs"])
        columns["orphaned"] = remark.id in orphans
        return columns

    bulk.insert(Comment, (row(remark, text) for remark, text in html.items()))
    return len(orphans)


def _make_room(parents: dict[int, int | None], trees: Collection[int]) -> dict[int, Place]:
    """The places of new comments, given each one's parent; `trees` are here already and grow.

    In these, older comments move aside.
    """
    standing = _locked(trees)
    links = {pk: row[0] for pk, row in standing.items()} | parents
    places = nested_sets(links)
    if len(places) < len(links):
        raise BrokenTree("a comment tree is not whole: run `manage.py check_tree --fix` first")
    moved = [
        (pk, place.lft, place.rght)
        for pk, (_, lft, rght) in standing.items()
        if (place := places[pk])[1:3] != (lft, rght)
    ]
    bulk.update(Comment, ["lft", "rght"], moved)
    return places


def _locked(trees: Collection[int]) -> dict[int, tuple[int | None, int, int]]:
    """The parent, lft and rght of all comments in these trees, in order, which stay locked."""
    lock_trees(trees)
    found: dict[int, tuple[int | None, int, int]] = {}
    for ids in bulk.chunks(trees, IDS_PER_QUERY):
        rows = Comment.objects.filter(tree_id__in=ids).order_by("tree_id", "lft")
        for pk, parent_id, lft, rght in rows.values_list("pk", "parent_id", "lft", "rght"):
            found[pk] = (parent_id, lft, rght)
    return found


def _count_on_posts(new: Iterable[Remark], post_ids: Mapping[str, int]) -> None:
    """Last, and in order, because whoever replies in these threads waits for the posts' rows."""
    counts = Counter(dict.fromkeys(post_ids.values(), 0))
    newest: dict[int, datetime] = {}
    for remark in new:
        post_id, created = post_ids[remark.thread], content.moment(remark.created)
        counts[post_id] += remark.state not in (DELETED, REMOVED)
        newest[post_id] = max(created, newest.get(post_id, created))
    found = Post.objects.select_for_update(no_key=True).filter(pk__in=counts).order_by("pk")
    counted = [
        (pk, count + counts[pk], max(active, newest[pk]))
        for pk, count, active in found.values_list("pk", "comment_count", "active_at")
    ]
    if len(counted) < len(counts):
        raise IntegrityError("a post was purged meanwhile")
    bulk.update(Post, ["comment_count", "active_at"], counted)
