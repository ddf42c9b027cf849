"""What a look at one thing yields."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

GOOD, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and how to mend it."""

    subject: str
    level: str
    found: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


Look = Callable[[], Iterator[Finding]]


def good(subject: str, found: str) -> Finding:
    return Finding(subject, GOOD, found)
