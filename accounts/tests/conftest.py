"""The cast: alice and bob are members, ghost came with an archive."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Member

PASSWORD = "correct horse battery"


@pytest.fixture
def alice(db) -> Member:
    return Member.objects.create_user("Alice", PASSWORD, email="alice@mail.example")


@pytest.fixture
def bob(db) -> Member:
    return Member.objects.create_user("bob", PASSWORD)


@pytest.fixture
def ghost(db) -> Member:
    return Member.objects.create_user("ghost", None, imported=True)


@pytest.fixture
def as_alice(alice) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def session_of() -> Callable[[Member], Client]:
    """A client with a session of its own, as on another device."""

    def make(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return make


@pytest.fixture
def is_signed_in() -> Callable[[Client], bool]:
    return lambda client: client.get("/settings/").status_code == 200
