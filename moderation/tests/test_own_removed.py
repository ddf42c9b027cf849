"""Authors find what of theirs was removed; nobody else does."""

from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import delete_post, submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.undo import undo
from moderation.models import Act

PAGE = "/u/ann/removed/"


def test_what_is_off_is_listed_with_the_way_to_the_appeal(
    a: Board, post: Post, comment: Comment, mo: Member, ann: Member
) -> None:
    content.remove(post, By(mo), reason="Not about the board.")
    content.remove(comment, By(mo), spam=True)
    held = submit_post(author=ann, board=a, title="Held back", text="x")
    content.hold(held, By(source=Act.Source.RULE, rule="newcomers"))
    client = signed_in(ann)
    page = client.get(PAGE).content.decode()
    for act in Act.objects.all():
        assert page.count(f'href="/acts/{act.pk}/"') == 1
    assert f"Your post “{post.title}” was removed from b/board_a" in page
    assert "Not about the board." in page
    assert f'href="{PAGE}"' in client.get("/u/ann/").content.decode()


def test_what_is_back_or_deleted_is_not(
    post: Post, comment: Comment, mo: Member, ann: Member
) -> None:
    restored, undone = reply(author=ann, post=post, text="Mine."), content.remove(post, By(mo))
    assert undone is not None
    undo(undone, By(mo))
    content.remove(restored, By(mo))
    content.restore(restored, By(mo))
    assert "/acts/" not in signed_in(ann).get(PAGE).content.decode()
    content.remove(post, By(mo))
    delete_post(author=ann, post=post)
    page = signed_in(ann).get(PAGE).content.decode()
    assert "/acts/" not in page
    assert "Nothing of yours is removed." in page


def test_nobody_else_has_such_a_page(post: Post, mo: Member, ben: Member) -> None:
    content.remove(post, By(mo))
    for reader in (mo, ben):
        assert signed_in(reader).get(PAGE).status_code == 404
        assert PAGE not in signed_in(reader).get("/u/ann/").content.decode()
    assert Client().get(PAGE)["Location"].startswith("/login/")


def test_an_empty_profile_does_not_deny_what_was_removed(
    post: Post, mo: Member, ann: Member
) -> None:
    content.remove(post, By(mo))
    page = signed_in(ann).get("/u/ann/").content.decode()
    assert "You have not posted yet" not in page
    assert "No posts of yours to show." in page
