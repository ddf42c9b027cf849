"""Progress bars on the operator's terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm


@contextmanager
def bar(title: str, total: int | None, unit: str, *, quiet: bool) -> Iterator[Callable[[int], Any]]:
    """Show progress on standard error if that is a terminal; yields what advances it."""
    with tqdm(
        desc=title,
        total=total,
        unit=unit,
        unit_scale=True,
        dynamic_ncols=True,
        file=sys.stderr,
        disable=True if quiet else None,
    ) as shown:
        yield shown.update


def say(line: str) -> None:
    """Write a line to standard error, above a bar if there is one."""
    tqdm.write(line, file=sys.stderr)
