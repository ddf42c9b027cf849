"""Transactions that others may get in the way of."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

T = TypeVar("T")
ATTEMPTS = 6


def insist(work: Callable[[], T], before_again: Callable[[], object] = lambda: None) -> T:
    """Run `work`, a transaction or a question, and run it again if another one crossed it.

    Such as a second import that wrote the same rows, a deadlock, a post or a member that went
    meanwhile, or a database that restarts; `before_again` may meet those as well.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            if attempt:
                before_again()
            return work()
        except (IntegrityError, OperationalError):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            time.sleep(2 ** (attempt + 1) / 10)
    before_again()
    return work()
