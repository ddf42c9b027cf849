"""actions.posts, and what they leave of a post."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.actions import delete_account
from accounts.models import Member
from boards.actions import subscribe
from boards.models import Board
from discussions.actions.posts import delete_post, edit_post, submit_post
from discussions.models import Comment, Post, PostVote
from discussions.models.posts import TAKEN_SLUGS, link_key
from inbox.models import Letter
from moderation.actions.content import remove, restore, set_locked
from moderation.actions.log import By


def test_it_is_counted_on_its_board(a: Board, ann: Member) -> None:
    post = submit_post(author=ann, board=a, title="One", text="*text*")
    a.refresh_from_db()
    assert (a.post_count, a.active_at) == (1, post.created_at)
    assert "<em>text</em>" in post.html
    assert PostVote.objects.get().voter == ann
    assert post.score == 1
    assert post.hot > 0


def test_the_same_form_is_taken_once(a: Board, ann: Member) -> None:
    key = uuid4()
    posts = {submit_post(author=ann, board=a, title="One", once=key).pk for _ in range(3)}
    assert len(posts) == 1
    a.refresh_from_db()
    assert a.post_count == 1


def test_a_link_knows_its_domain(a: Board, ann: Member) -> None:
    post = submit_post(author=ann, board=a, title="One", url="https://www.Example.org/a?b=1#c")
    assert post.domain == "example.org"
    assert post.url == "https://www.Example.org/a?b=1#c"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/a",
        "https://www.example.org/a/",
        "https://EXAMPLE.org/a#part",
    ],
)
def test_spellings_of_one_link_fall_together(other: str) -> None:
    assert link_key("https://example.org/a") == link_key(other)


def test_other_links_do_not() -> None:
    assert link_key("https://example.org/a") != link_key("https://example.org/a?page=2")
    assert link_key("https://example.org/a") != link_key("https://example.com/a")


def test_every_word_in_a_slug_s_place_is_taken() -> None:
    """An address below a thread that takes a slug's place must be kept from slugs."""
    found = set()
    for pattern in walk(get_resolver().url_patterns):
        head, _id, rest = pattern.partition("<id:post_id>/")
        word = rest.split("/")[0]
        if head == "b/<str:board_name>/" and word and not word.startswith("<"):
            found.add(word)
    assert {"report", "vote", "c"} <= found
    assert found <= TAKEN_SLUGS


def walk(patterns: list[Any], before: str = "") -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, route)
        else:
            yield route


@pytest.mark.parametrize("slug", sorted(TAKEN_SLUGS))
def test_an_old_thread_whose_slug_became_a_deed_opens(slug: str, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(slug=slug)
    migration = import_module("discussions.migrations.0004_slugs_that_are_deeds")
    migration.forward(apps, None)
    migration.forward(apps, None)
    post = Post.objects.select_related("board").get(pk=post.pk)
    assert post.slug == f"{slug}-post"
    for address in (post.get_absolute_url(), post.short_address):
        page = Client().get(address, follow=True)
        assert page.status_code == 200
        assert "A first post" in page.content.decode()


@pytest.mark.parametrize("title", sorted(TAKEN_SLUGS))
def test_no_title_takes_the_address_of_a_deed(a: Board, ann: Member, title: str) -> None:
    post = submit_post(author=ann, board=a, title=title.upper())
    assert post.slug not in TAKEN_SLUGS


@pytest.mark.parametrize(
    ("title", "slug"), [("Über Äpfel!", "über-äpfel"), ("!!!", "post"), ("日本語", "日本語")]
)
def test_every_title_has_a_slug(a: Board, ann: Member, title: str, slug: str) -> None:
    assert submit_post(author=ann, board=a, title=title).slug == slug


def test_deleting_leaves_the_thread_and_no_word(post: Post, comment: Comment, ann: Member) -> None:
    edit_post(editor=ann, post=post, title="Other title", text="Other text")
    delete_post(author=ann, post=post)
    post.refresh_from_db()
    assert (post.title, post.text, post.html, post.url, post.slug) == (
        "[deleted]",
        "",
        "",
        "",
        "deleted",
    )
    assert not post.revisions.exists()
    assert post.board.post_count == 0
    assert Comment.objects.filter(post=post).count() == 1


def test_deleting_what_was_removed_counts_once(post: Post, ann: Member, mo: Member) -> None:
    remove(post, By(mo))
    delete_post(author=ann, post=post)
    restore(post, By(mo))
    assert Board.objects.get(pk=post.board_id).post_count == 0


def test_removing_is_undone_by_restoring(post: Post, mo: Member) -> None:
    remove(post, By(mo))
    assert Board.objects.get(pk=post.board_id).post_count == 0
    assert not Post.objects.live().exists()
    restore(post, By(mo))
    assert Board.objects.get(pk=post.board_id).post_count == 1
    assert Post.objects.live().get().text == "Its text."


def test_only_moderators_of_the_board_moderate(post: Post, ann: Member, ben: Member) -> None:
    for member in (ann, ben):
        with pytest.raises(PermissionDenied):
            remove(post, By(member))
        with pytest.raises(PermissionDenied):
            set_locked(post, By(member), locked=True)
    post.refresh_from_db()
    assert post.is_open


def test_editing_keeps_what_was_said(post: Post, ann: Member) -> None:
    edit_post(editor=ann, post=post, title="Second", text="more")
    post.refresh_from_db()
    assert (post.title, post.slug, post.text) == ("Second", "second", "more")
    revision = post.revisions.get()
    assert (revision.title, revision.text) == ("A first post", "Its text.")


def test_mentions_in_a_post_are_told(a: Board, ann: Member, ben: Member) -> None:
    post = submit_post(author=ann, board=a, title="One", text="Look, u/ben")
    letter = Letter.objects.get()
    assert (letter.recipient, letter.kind, letter.url) == (ben, "mention", post.address)
    delete_post(author=ann, post=post)
    assert not Letter.objects.exists()


def test_what_a_deleted_account_wrote_stays(
    post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    subscribe(member=ann, board=post.board)
    delete_account(member=ann)
    post.refresh_from_db()
    comment.refresh_from_db()
    assert post.author is None
    assert comment.author is None
    assert not post.shows_author
    assert Board.objects.get(pk=post.board_id).subscriber_count == 1
    # The votes stay too, nobody's, so that the score still adds up.
    assert PostVote.objects.get(target=post).voter is None
    assert post.score == 1
