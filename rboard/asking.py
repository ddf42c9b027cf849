"""Says of the next statement that it is a mere question: is the database there?

For patience.py, and apart from it, because a site on SQLite does without PostgreSQL's driver.
"""

import threading
from typing import Any


class _Thread(threading.local):
    asks = False


_thread = _Thread()


def announce_question(**_signal: Any) -> None:
    """Say so of this thread's next statement: its answer is then waited for but shortly."""
    _thread.asks = True


def was_announced() -> bool:
    """Whether that was said; once."""
    asks, _thread.asks = _thread.asks, False
    return asks
