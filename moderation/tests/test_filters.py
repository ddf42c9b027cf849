"""By what the review queue is narrowed: reasons, and how new the author is."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions.cases import open_case
from moderation.actions.reports import report
from moderation.models import AutoRule, Case, Report
from moderation.tests.test_desk import QUEUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(a: Board, mo: Member) -> Client:
    return signed_in(mo)


def shown(client: Client, **query: str) -> bool:
    return "data-card" in client.get(QUEUE, query).content.decode()


def test_a_case_is_found_by_the_rule_that_a_report_names(
    desk: Client, a: Board, post: Post, ann: Member, ben: Member, stan: Member
) -> None:
    report(reporter=ben, board=a, target=post, reason="Hm.")
    assert shown(desk, reason="-")
    assert not shown(desk, reason="No spam")
    report(reporter=stan, board=a, target=post, rule="No spam")
    assert shown(desk, reason="No spam")
    assert not shown(desk, reason="-")


def test_a_case_is_found_by_the_rule_that_works_by_itself(
    desk: Client, a: Board, post: Post
) -> None:
    open_case(a, post, Case.Kind.HELD, rule="Shoes")
    assert shown(desk, queue="held", reason="Shoes")
    assert not shown(desk, queue="held", reason="Boots")


@pytest.mark.parametrize(
    ("hours", "found"), [(1, "day week month"), (30, "week month"), (200, "month"), (800, "")]
)
def test_a_case_is_found_by_how_new_its_author_is(
    desk: Client, a: Board, post: Post, ann: Member, hours: int, found: str
) -> None:
    Member.objects.filter(pk=ann.pk).update(joined_at=timezone.now() - timedelta(hours=hours))
    post.refresh_from_db()
    open_case(a, post, Case.Kind.REPORTED)
    asked = ("day", "week", "month")
    assert " ".join(one for one in asked if shown(desk, author=one)) == found
    assert shown(desk, author="nonsense")


def test_the_reasons_of_the_boards_are_offered(desk: Client, a: Board, mo: Member) -> None:
    Board.objects.filter(pk=a.pk).update(rules="1. No spam\n2. <b>Kind</b>")
    AutoRule.objects.create(board=a, name="Shoes", words="shoes", deed="report")
    other = make_board(maker=Member.objects.create_user("x1x"), name="other", title="O")
    AutoRule.objects.create(board=other, name="Strange", words="x", deed="report")
    page = desk.get(QUEUE).content.decode()
    for one in ("No spam", "Shoes"):
        assert f'<option value="{one}">' in page
    assert "Strange" not in page
    page = desk.get(QUEUE, {"reason": "<Old>"}).content.decode()
    assert '<option value="&lt;Old&gt;" selected>' in page


@pytest.mark.parametrize("value", ["\0", "x" * 1_000, "'"])
def test_a_reason_that_there_is_not_is_no_error(desk: Client, value: str) -> None:
    assert desk.get(QUEUE, {"reason": value}).status_code == 200


def test_cases_that_were_there_are_filled_in(
    a: Board, post: Post, ann: Member, ben: Member, stan: Member
) -> None:
    made: Any = report(reporter=ben, board=a, target=post, reason="Hm.")
    report(reporter=stan, board=a, target=post, rule="No spam")
    ruled = open_case(a, ben, Case.Kind.REPORTED, rule="Shoes")
    joined = made.case.opened_at - timedelta(days=3)
    Member.objects.filter(pk=ann.pk).update(joined_at=joined)
    Member.objects.filter(pk=ben.pk).update(joined_at=joined - timedelta(days=300))
    Case.objects.update(reason="", newness=Case.Newness.DAY)
    fill_in: Any = import_module("moderation.migrations.0004_fill_reason_and_newness")
    fill_in.forward(apps, SimpleNamespace(connection=connection))
    told = Case.objects.in_bulk()
    assert (told[made.case.pk].reason, told[made.case.pk].newness) == ("No spam", 1)
    assert (told[ruled.pk].reason, told[ruled.pk].newness) == ("Shoes", 3)
    assert Report.objects.count() == 2
