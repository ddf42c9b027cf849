"""The admin's shortcut to a page of the site tells titles and names by its addresses."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from boards.tests.cast import site_staff
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.log import By

pytestmark = pytest.mark.django_db


def status(client: Client, row: Model) -> int:
    kind = ContentType.objects.get_for_model(row)
    found = client.get(reverse("admin:view_on_site", args=[kind.pk, row.pk]))
    return int(found.status_code)


def test_staff_without_a_role_who_own_a_board_are_told_nothing(
    una: Member, a: Board, p: Board, post: Post, secret: Post, mo: Member
) -> None:
    make_board(maker=una, name="mine", title="Mine")
    content.remove(post, By(mo))
    client = signed_in(una)
    assert client.get("/admin/").status_code == 200
    assert [status(client, row) for row in (post, secret, p, mo)] == [404] * 4


def test_staff_are_told_of_what_they_may_view(p: Board, secret: Post, mo: Member) -> None:
    client = signed_in(site_staff("sue", permissions=["view_post"]))
    assert [status(client, row) for row in (secret, p, mo)] == [302, 404, 404]


@pytest.mark.parametrize("path", ["x/1", "0/1", "99999/1", "1/x", "1/-1", f"1/{'9' * 30}"])
def test_what_is_nothing_is_nowhere(path: str, olga: Member) -> None:
    assert signed_in(olga).get(f"/admin/r/{path}/").status_code == 404
