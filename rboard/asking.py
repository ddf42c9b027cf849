"""Says of the next statement that it is a mere question: is the database there?

For patience.py, and apart from it, because a site on SQLite does without PostgreSQL's driver.
"""

import threading
from typing import Any


class _Thread(threading.local):
    asks = False


_thread = _Thread()


def be_short(**_signal: Any) -> None:
    """Let this thread wait for its next answer only as long as such a question takes."""
    _thread.asks = True


def was_short() -> bool:
    """Whether that was said; once."""
    asks, _thread.asks = _thread.asks, False
    return asks
