"""What a page of the inbox reads, however many letters lie there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from inbox.models import Letter
from inbox.tests.conftest import NOON
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db

SHOWS = ["all", "unread"]
SIZE = 100_000
WRITTEN = 200


@contextmanager
def filled(size: int, blocker: Any) -> Iterator[Member]:
    """Half are for one member; of hers the newer half is unread, all of one minute."""
    with lasting(blocker, "inbox_letter"):
        members = [Member.objects.create_user(name) for name in ("alice", "bob")]
        letters = Letter.objects.bulk_create(
            Letter(
                recipient=members[n % 2],
                kind=Letter.Kind.MENTION,
                title="A title that takes some place. " * 5,
                subject_key=f"board/1/post/{n}/",
                created_at=NOON + timedelta(minutes=2 * n // WRITTEN),
                read_at=NOON if n < WRITTEN / 2 else None,
            )
            for n in range(WRITTEN)
        )
        if size > WRITTEN:
            with quickly(Letter):
                key = f"'board/1/post/' || (n + {WRITTEN}) || '/'"
                copy_rows(letters, size - WRITTEN, subject_key=key)
        analyze()
        yield members[0]


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> dict[str, int]:
    """How many queries a page takes where there are 100 letters."""
    with filled(WRITTEN, django_db_blocker) as alice:
        return {show: read(signed_in(alice), show).statements for show in SHOWS}


@pytest.fixture(scope="module")
def alice(few: dict[str, int], django_db_blocker: Any) -> Iterator[Member]:
    with filled(SIZE, django_db_blocker) as member:
        yield member


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def read(client: Client, show: str, after: str = "") -> Reading:
    return read_by(partial(client.get, "/inbox/", {"show": show, "after": after}))


@pytest.mark.parametrize("show", SHOWS)
def test_a_page_reads_its_own_rows(alice: Member, few: dict[str, int], show: str) -> None:
    client, after = signed_in(alice), ""
    for _ in range(3):
        reading = read(client, show, after)
        # The badge counts up to a hundred of the unread beside.
        reading.assert_at_most(150, of="inbox_letter")
        assert reading.statements == few[show]
        after = client.get("/inbox/", {"show": show, "after": after}).context["after"]
        assert after
