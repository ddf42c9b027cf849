"""What moderators do is tried again where the database ended it for who deletes an account."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.models import Member
from boards.models import ApprovedMember, Board, Moderator
from discussions.models import Post
from moderation.actions import appeals, batches, content, members, offices, requests, undo
from moderation.actions.log import By
from moderation.models import Act, Appeal, BoardRequest
from moderation.models.log import Verb

pytestmark = pytest.mark.django_db(transaction=True)


class Ended:
    """The first row (or that of this number) of moderation's is not written."""

    def __init__(self, number: int = 1) -> None:
        self.left = number

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(('INSERT INTO "moderation_act"', 'INSERT INTO "moderation_appeal"')):
            self.left -= 1
            if self.left == 0:
                raise OperationalError("deadlock detected")
        return execute(sql, *rest)


def ended_once(do: Callable[[], Any], number: int = 1) -> Any:
    ended = Ended(number)
    with connection.execute_wrapper(ended):
        done = do()
    assert ended.left < 0
    return done


def test_a_text_is_removed_appealed_for_and_shown_again(
    post: Post, ann: Member, amy: Member, mo: Member
) -> None:
    act = ended_once(lambda: content.remove(post, By(amy)))
    appeal = ended_once(lambda: appeals.appeal(member=ann, act=act, text="Why?"))
    ended_once(lambda: appeals.decide(appeal, By(mo), Appeal.State.UPHELD))
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == ["remove", "uphold"]
    act = content.restore(post, By(mo))
    ended_once(lambda: undo.undo(act, By(mo)))
    post.refresh_from_db()
    assert post.removed_at


def test_all_that_somebody_wrote(a: Board, post: Post, ann: Member, mo: Member) -> None:
    batch = ended_once(lambda: batches.ban_and_remove(ann, a, By(mo)), 2)
    assert set(Act.objects.values_list("verb", flat=True)) == {Verb.BAN, Verb.SPAM}
    assert ended_once(lambda: batches.undo_batch(batch, By(mo))) == (2, 0)


def test_offices_and_members(a: Board, p: Board, ben: Member, mo: Member) -> None:
    ended_once(lambda: offices.appoint(ben, a, By(mo)))
    ended_once(lambda: offices.step_down(ben, a, By(mo)))
    ended_once(lambda: members.let_in(ben, p, By(mo)))
    ended_once(lambda: members.dismiss(ben, p, By(mo)))
    assert not Moderator.objects.filter(member=ben).exists()
    assert not ApprovedMember.objects.filter(member=ben).exists()
    assert Act.objects.count() == 4


def test_a_request(a: Board, ben: Member, olga: Member) -> None:
    Moderator.objects.filter(board=a).delete()
    Act.objects.all().delete()
    request = BoardRequest.objects.create(board=a, member=ben)
    ended_once(lambda: requests.decide(request, By(olga), granted=True))
    assert Moderator.objects.get(board=a).member == ben
