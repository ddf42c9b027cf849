"""The cast: alice has an inbox, bob writes to her."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Member
from inbox.models import Letter

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def alice(db) -> Member:
    return Member.objects.create_user("Alice", "correct horse battery")


@pytest.fixture
def bob(db) -> Member:
    return Member.objects.create_user("bob", "correct horse battery")


@pytest.fixture
def as_alice(alice) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def write(alice, bob) -> Callable[..., Letter]:
    """Put a letter into alice's inbox; each is a minute younger than the one before."""

    def write(**fields) -> Letter:
        number = Letter.objects.count() + 1
        defaults = {
            "recipient": alice,
            "sender": bob,
            "kind": Letter.Kind.COMMENT_REPLY,
            "title": f"Letter {number:03}",
            "excerpt": "What bob said",
            "url": f"/b/tea/1/green/c/{number}/#c{number}",
            "subject_key": f"board/1/post/1/comment/{number}/",
            "created_at": NOON + timedelta(minutes=number),
        }
        return Letter.objects.create(**defaults | fields)

    return write
