"""An account goes in the moment in which somebody writes to its member."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.actions import delete_account
from accounts.models import Member, RetiredName
from boards.models import Board
from inbox.models import Letter
from moderation.actions import people
from moderation.actions.log import By
from moderation.models import Act
from moderation.tests.test_boards_at_once import waits
from rboard.tests.security.threads import PATIENCE

# On SQLite whoever writes has the database alone.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_who_warns_a_member_whose_account_goes_waits_and_is_told(
    a: Board, ben: Member, mo: Member
) -> None:
    """When all that hangs on the member is gone, and the member is not yet."""
    came: list[Future[Act]] = []
    pool = ThreadPoolExecutor(1)

    def warn_before(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('DELETE FROM "accounts_member"') and not came:
            came.append(waits(pool, lambda: people.warn(ben, a, By(mo), reason="Mind.")))
        return execute(sql, *rest)

    with connection.execute_wrapper(warn_before):
        delete_account(member=Member.objects.get(pk=ben.pk))
    with pytest.raises(PermissionDenied, match="The account is gone"):
        came[0].result(PATIENCE)
    pool.shutdown()
    assert not Member.objects.filter(pk=ben.pk).exists()
    assert not Letter.objects.exists()
    assert not Act.objects.exists()
    assert RetiredName.objects.count() == 1
