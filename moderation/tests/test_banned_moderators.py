"""A moderator who is banned from the board reads nothing of it that moderators read."""

import pytest

from accounts.models import Member
from boards.models import Board
from boards.policy import boards_moderated_by
from discussions.actions.comments import reply
from discussions.models import Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content, offices, people
from moderation.actions.log import By
from moderation.models import Act

pytestmark = pytest.mark.django_db


def statuses(member: Member, *addresses: str) -> list[int]:
    client = signed_in(member)
    return [client.get(address).status_code for address in addresses]


def test_the_pages_of_moderators(a: Board, post: Post, amy: Member, mo: Member) -> None:
    content.remove(post, By(mo), note="hush")
    act = Act.objects.get(post=post)
    pages = (f"/acts/{act.pk}/", "/b/board_a/members/")
    assert statuses(amy, *pages) == [200, 200]
    assert "Its text." in signed_in(amy).get(post.get_absolute_url()).content.decode()
    people.ban(amy, a, By(mo), mute=True)
    assert statuses(amy, *pages) == [200, 200]
    people.ban(amy, a, By(mo))
    assert statuses(amy, *pages) == [404, 403]
    page = signed_in(amy).get(post.get_absolute_url()).content.decode()
    assert "Its text." not in page
    assert "A first post" not in page
    assert boards_moderated_by(amy) == set()


def test_the_private_board(p: Board, secret: Post, amy: Member, pam: Member, mo: Member) -> None:
    offices.appoint(amy, p, By(mo))
    assert statuses(amy, secret.get_absolute_url()) == [200]
    people.ban(amy, p, By(mo))
    assert statuses(amy, secret.get_absolute_url(), "/b/board_p/") == [404, 404]
    assert not p.readers().filter(pk=amy.pk).exists()
    reply(author=pam, post=secret, text="hush, u/amy")
    assert not Letter.objects.filter(recipient=amy, kind=Letter.Kind.MENTION).exists()
    people.lift(amy, p, By(mo))
    assert statuses(amy, secret.get_absolute_url()) == [200]
