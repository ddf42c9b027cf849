"""The cast: that of the attacks on the site."""

from typing import Any

from django.db.models import Model

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
)


def row(thing: Model) -> dict[str, Any]:
    """All columns of a row, as the database has them now."""
    return type(thing)._default_manager.filter(pk=thing.pk).values().get()
