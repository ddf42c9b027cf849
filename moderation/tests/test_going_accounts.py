"""Who acts about a member whose account is being deleted is told so, and nothing breaks."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Post
from moderation.actions import content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case, Note
from rboard.tests.security.threads import PATIENCE, in_thread

Deed = Callable[[Member, Board, Member], Any]

DEEDS: dict[str, Deed] = {
    "warn": lambda who, board, mo: people.warn(who, board, By(mo), reason="Mind."),
    "ban": lambda who, board, mo: people.ban(who, board, By(mo), reason="Mind."),
    "mute": lambda who, board, mo: people.ban(who, board, By(mo), mute=True),
    "note": lambda who, board, mo: people.note(who, board, By(mo), text="Is rude."),
    "report": lambda who, board, mo: report(
        reporter=mo, board=board, target=who, reason="Rude."
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_about_who_is_gone(deed: str, a: Board, ben: Member, mo: Member) -> None:
    gone = Member.objects.get(pk=ben.pk)
    delete_account(member=ben)
    with pytest.raises(PermissionDenied, match="The account is gone"):
        DEEDS[deed](gone, a, mo)
    for model in (Act, Ban, Case, Note):
        assert not model._default_manager.exists()


def _while_going(member: Member, do: Callable[[], Any], table: str) -> None:
    """Do something; its account begins to go just before a row is written in `table`."""
    going: list[Future[None]] = []
    pool = ThreadPoolExecutor(1)

    def delete_before(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(f'INSERT INTO "{table}"') and not going:
            account = Member.objects.get(pk=member.pk)
            going.append(in_thread(pool, lambda: delete_account(member=account)))
            until = timezone.now() + timedelta(seconds=PATIENCE)
            while not (going[0].done() or _somebody_waits()) and timezone.now() < until:
                pass
        return execute(sql, *rest)

    with connection.execute_wrapper(delete_before):
        do()
    going[0].result(PATIENCE)
    pool.shutdown()
    assert not Member.objects.filter(pk=member.pk).exists()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("deed", "table"),
    [
        ("warn", "inbox_letter"), ("ban", "boards_ban"), ("note", "moderation_note"),
        ("report", "moderation_report"),
    ],
)  # fmt: skip
def test_an_account_that_goes_meanwhile_waits(
    deed: str, table: str, a: Board, ben: Member, mo: Member
) -> None:
    _while_going(ben, lambda: DEEDS[deed](ben, a, mo), table)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_letter_of_a_removal_is_written_to_who_stays(post: Post, ann: Member, mo: Member) -> None:
    _while_going(ann, lambda: content.remove(post, By(mo), reason="Mind."), "inbox_letter")


@pytest.mark.django_db(transaction=True)
def test_the_one_who_was_ended_tries_again(a: Board, ben: Member, mo: Member) -> None:
    do = people.set_ban
    seen: list[int] = []

    def ended_once(*args: Any, **kwargs: Any) -> None:
        seen.append(1)
        if len(seen) == 1:
            raise OperationalError("deadlock detected")
        do(*args, **kwargs)

    with patch("moderation.actions.people.set_ban", ended_once):
        people.ban(ben, a, By(mo))
    assert Ban.objects.count() == Act.objects.count() == 1
