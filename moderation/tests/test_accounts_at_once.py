"""An account goes in the moment in which somebody writes to its member."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.actions import delete_account
from accounts.models import Member, RetiredName
from boards.models import Board
from inbox.models import Letter
from moderation.actions import people
from moderation.actions.log import By
from moderation.models import Act
from rboard.tests.security.threads import PATIENCE, in_thread

# On SQLite whoever writes has the database alone.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_an_account_goes_though_its_member_is_warned_just_then(
    a: Board, ben: Member, mo: Member
) -> None:
    """When all that hangs on the member is gone, and the member is not yet."""
    came: list[Act] = []

    def warn_before(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('DELETE FROM "accounts_member"') and not came:
            with ThreadPoolExecutor(1) as pool:
                warning = in_thread(pool, lambda: people.warn(ben, a, By(mo), reason="Mind."))
                came.append(warning.result(PATIENCE))
        return execute(sql, *rest)

    with connection.execute_wrapper(warn_before):
        delete_account(member=Member.objects.get(pk=ben.pk))
    assert came == list(Act.objects.all())
    assert not Member.objects.filter(pk=ben.pk).exists()
    assert not Letter.objects.exists()
    assert RetiredName.objects.count() == 1
