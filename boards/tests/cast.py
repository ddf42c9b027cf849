"""The cast of the tests: who they are and what they look after."""

from collections.abc import Callable, Iterable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Member
from boards.actions import approve, make_board
from boards.models import Board, Power

SignIn = Callable[..., Client]


def site_staff(name: str, *powers: Power, permissions: Iterable[str] = ()) -> Member:
    """Somebody on the staff: with these powers on every board, all if none is named.

    And with these permissions in the admin.
    """
    member = Member.objects.create_user(name, "a long password", is_staff=True)
    names = [power.permission.partition(".")[2] for power in powers or Power]
    member.user_permissions.set(Permission.objects.filter(codename__in=[*names, *permissions]))
    return member


@pytest.fixture
def mo(db: None) -> Member:
    """Made garden and cellar, and alone looks after them."""
    return Member.objects.create_user("moe", "a password")


@pytest.fixture
def ben(db: None) -> Member:
    """A member of nothing."""
    return Member.objects.create_user("ben", "a password")


@pytest.fixture
def pam(db: None, cellar: Board, mo: Member) -> Member:
    """Approved in cellar."""
    pam = Member.objects.create_user("pam", "a password")
    approve(board=cellar, member=pam, by=mo)
    return pam


@pytest.fixture
def stan(db: None) -> Member:
    """On the staff, with all powers on every board, without any permission in the admin."""
    return site_staff("stan")


@pytest.fixture
def olga(db: None) -> Member:
    """The operator."""
    return Member.objects.create_superuser("olga", "a password")


@pytest.fixture
def garden(mo: Member) -> Board:
    """A public board."""
    return make_board(
        maker=mo,
        name="Garden",
        title="Green things",
        description="All that **grows**.\n\nAnd more.",
        rules="1. Be kind.",
    )


@pytest.fixture
def cellar(mo: Member) -> Board:
    """A private board."""
    return make_board(maker=mo, name="cellar", title="Hidden jars", is_private=True)


@pytest.fixture
def sign_in() -> SignIn:
    """Makes a client of its own for a member, or for a guest (None)."""

    def client_of(member: Member | None, *, enforce_csrf_checks: bool = False) -> Client:
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        if member is not None:
            client.force_login(member)
        return client

    return client_of
