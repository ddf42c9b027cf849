"""An archive's texts to HTML, on several cores.

The workers import this module and `markup` alone, not Django's models; they are started afresh
(spawned), because a fork would share the connection to the database.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from markup import MarkupError, render, render_plain

TEXTS_PER_TASK = 500
MOST_WORKERS = 4
# So many texts are rendered before workers have started.
WORTH_WORKERS = 5_000


def to_html(text: str) -> str:
    """What is shown of a text; Markdown that can't be rendered is shown as it was typed."""
    try:
        return render(text)
    except MarkupError:
        return render_plain(text)


def render_all(texts: list[str]) -> list[str]:
    return list(map(to_html, texts))


class Renderer:
    """Renders in the background once there is enough to do; before, when the result is asked."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = useful_workers() if workers is None else workers
        self._texts = 0
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def start(self, texts: list[str]) -> Callable[[], list[str]]:
        """Start rendering; the function that is returned waits for the result."""
        self._texts += len(texts)
        if self._pool is None and self.workers and self._texts > WORTH_WORKERS:
            self._pool = _pool(self.workers)
        if self._pool is None:
            return lambda: render_all(texts)
        parts = [
            self._pool.submit(render_all, texts[first : first + TEXTS_PER_TASK])
            for first in range(0, len(texts), TEXTS_PER_TASK)
        ]
        return lambda: [html for part in parts for html in part.result()]


def useful_workers() -> int:
    """One core is for this process, another for the database."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(MOST_WORKERS, cores - 2))


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Leave Ctrl+C to the parent, and end with it, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
