"""Passwords that are tried while others are forgotten (security.md, case 24)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.utils import timezone

from accounts.models import Member
from rboard.tests.security.browser import Browser
from rboard.tests.security.threads import PATIENCE, ends_first, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def guess(name: str) -> Any:
    return Browser().raw_form("/login/", {"username": name, "password": "wrong"})


def test_a_name_that_is_tried_anew_counts_again(ben: Member) -> None:
    """Its old tries are about to be deleted just then, because somebody tries another name."""
    guess(ben.username)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(hours=1))
    held, go_on = Event(), Event()

    def hold(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("DELETE") and "axes_accessattempt" in sql:
            held.set()
            assert go_on.wait(PATIENCE)
        return execute(sql, *rest)

    def guess_another() -> Any:
        with connection.execute_wrapper(hold):
            return guess("another")

    with ThreadPoolExecutor(2) as pool:
        other = in_thread(pool, guess_another)
        assert held.wait(PATIENCE)
        anew, _first = ends_first(pool, lambda: guess(ben.username))
        go_on.set()
        answers = [other.result(PATIENCE), anew.result(PATIENCE)]
    assert [answer.status_code for answer in answers] == [422, 422]
    kept = AccessAttempt.objects.values_list("username", "failures_since_start")
    assert sorted(kept) == [("another", 1), (ben.username, 1)]
