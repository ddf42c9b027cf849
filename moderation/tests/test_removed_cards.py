"""The cards of what was removed: by whom, what can be done, and what went with it."""

import re

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import submit_post
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.models import Act

pytestmark = pytest.mark.django_db

REMOVED = "/admin/moderation/case/?queue=removed"


def cards(member: Member) -> str:
    return signed_in(member).get(REMOVED).content.decode()


def test_what_the_operator_removed_says_so_and_can_t_be_ticked(
    a: Board, post: Post, mo: Member
) -> None:
    content.remove(post, By(source=Act.Source.COMMAND))
    page = cards(mo)
    assert ", the operator of this site" in page
    assert "Somebody of a higher rank did this." in page
    assert "restore:" not in page
    assert 'name="_selected_action"' not in page


def test_what_one_can_restore_can_be_ticked(a: Board, post: Post, mo: Member) -> None:
    content.remove(post, By(mo))
    page = cards(mo)
    assert 'name="_selected_action"' in page
    assert "restore:" in page
    assert "removed at once" not in page


def test_a_card_of_a_batch_leads_to_all_of_it(
    a: Board, post: Post, ann: Member, mo: Member
) -> None:
    submit_post(author=ann, board=a, title="Another")
    batch = ban_and_remove(ann, a, By(mo))
    page = cards(mo)
    assert page.count("One of 2 that were removed at once") == 2
    for act in Act.objects.filter(batch=batch, verb="spam"):
        assert f'href="/acts/{act.pk}/"' in page
        told = signed_in(mo).get(f"/acts/{act.pk}/").content.decode()
        assert "Undo all 3 done with it" in told


def test_nothing_waits_in_it(a: Board, post: Post, mo: Member) -> None:
    content.remove(post, By(mo))
    assert re.search(
        r'<li class="desk-none"><a[^>]*queue=removed[^>]*><strong>1</strong>', cards(mo)
    )
