"""What an import did, and what was wrong with the archive."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIRST = 5  # so many examples of a kind of problem are named


class Report:
    """Counts of what was done and of problems, each kind with its first examples.

    `say` is given a line for each problem that has a place in a file.
    """

    def __init__(self, say: Callable[[str], Any]) -> None:
        self.done: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self._say = say

    def count(self, kind: str, number: int = 1) -> None:
        self.done[kind] += number

    def malformed(self, path: Path, number: int, why: str) -> None:
        """Tell of a line that can't be used; number 0 stands for the file as a whole."""
        self.problems["malformed"] += 1
        self._say(f"{path}:{number}: {why}" if number else f"{path}: {why}")

    def problem(self, kind: str, example: str, number: int = 1) -> None:
        self.problems[kind] += number
        examples = self.examples.setdefault(kind, [])
        if example not in examples and len(examples) < FIRST:
            examples.append(example)
