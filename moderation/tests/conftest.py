"""The cast: that of the attacks on the site."""

from typing import Any

import pytest
from django.db.models import Model

from accounts.models import Member
from boards.actions import appoint
from boards.models import Board
from rboard.tests.security.conftest import (  # noqa: F401 (fixtures)
    a,
    amy,
    ann,
    ben,
    comment,
    mia,
    mo,
    olga,
    p,
    pam,
    post,
    secret,
    stan,
    una,
)


def row(thing: Model) -> dict[str, Any]:
    """All columns of a row, as the database has them now."""
    return type(thing)._default_manager.filter(pk=thing.pk).values().get()


@pytest.fixture
def second(
    a: Board,  # noqa: F811
    p: Board,  # noqa: F811
    mo: Member,  # noqa: F811
) -> Member:
    """Moderates a and p beside mo."""
    second = Member.objects.create_user("second", "a long password")
    for board in (a, p):
        appoint(board=board, member=second, by=mo)
    return second
