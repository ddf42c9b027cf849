"""On the site, too, the second moderator is told that somebody was there before."""

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.log import By
from moderation.models import Act


@pytest.mark.parametrize("deed", ["approve", "reason", "remove", "spam"])
def test_what_another_removed_stays_removed(
    deed: str, a: Board, post: Post, mo: Member, second: Member
) -> None:
    content.remove(post, By(mo), reason="Off topic.")
    page = signed_in(second).post(f"{post.address}{deed}/", {"reason": "Rude."}, follow=True)
    assert "moe was here before: removed." in page.content.decode()
    assert ("Your reason was not sent." in page.content.decode()) == (deed == "reason")
    post.refresh_from_db()
    assert post.removed_by == mo
    assert Act.objects.count() == Letter.objects.count() == 1


def test_what_is_held_is_approved(post: Post, mo: Member) -> None:
    content.hold(post, By(source=Act.Source.RULE, rule="Shoes"))
    for _twice in range(2):
        page = signed_in(mo).post(f"{post.address}approve/", follow=True)
        assert "Approved." in page.content.decode()
    post.refresh_from_db()
    assert post.is_live
    assert Act.objects.filter(verb="approve").count() == 1


def test_a_form_sent_twice_is_no_second_moderator(post: Post, mo: Member) -> None:
    for _twice in range(2):
        page = signed_in(mo).post(f"{post.address}reason/", {"reason": "Rude."}, follow=True)
        assert "its author is told why" in page.content.decode()
    page = signed_in(mo).post(f"{post.address}reason/", {"reason": "Another."}, follow=True)
    assert "Your reason was not sent." in page.content.decode()
    assert Act.objects.count() == 1
