"""Rows that all tests of a module share: each test takes back what it changed of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def lasting(blocker: Any) -> Iterator[None]:
    """What is written here stays until the end, and is gone then; `blocker` is pytest-django's.

    For fixtures of a module, whose tests are in transactions within this one.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
