"""What a page of the inbox reads, however many letters lie there."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Member
from inbox.models import Letter
from inbox.tests.conftest import NOON
from paging.tests.plans import read_by


@pytest.fixture(params=[4_000, 12_000])
def full(request: pytest.FixtureRequest, alice: Member, bob: Member) -> None:
    """One in twenty is for alice; of hers the older half is unread, all of one minute."""
    size = request.param
    Letter.objects.bulk_create(
        Letter(
            recipient=bob if n % 20 else alice,
            kind=Letter.Kind.MENTION,
            title="A title that takes some place. " * 5,
            subject_key=f"board/1/post/{n}/",
            created_at=NOON + timedelta(minutes=2 * n // size),
            read_at=NOON if n > size / 2 else None,
        )
        for n in range(size)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize("show", ["all", "unread"])
def test_a_page_reads_its_own_rows(full: None, as_alice: Client, show: str) -> None:
    after = ""
    for _ in range(3):
        query = {"show": show, "after": after}
        reading = read_by(partial(as_alice.get, "/inbox/", query))
        # The badge counts up to a hundred of the unread beside.
        reading.assert_at_most(150, of="inbox_letter")
        after = as_alice.get("/inbox/", query).context["after"]
        assert after
