"""What an import did, and what was wrong with the archive."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FIRST = 5  # so many examples of a kind of problem are named

DONE = {
    "posts": "posts written",
    "posts_here": "posts were here already",
    "comments": "comments written",
    "comments_here": "comments were here already",
    "orphans": "comments put under the post, as what they answer is missing",
    "boards": "boards made",
    "members": "members made",
    "skipped": "posts and comments of other boards left out",
    "duplicates": "posts and comments left out that stand in the archive twice",
}
PROBLEMS = {
    "malformed": "lines or files could not be read, as told above",
    "without_post": "comments left out, as their post is neither here nor in the archive",
    "foreign_board": "posts left out, as no board can have such a name",
    "foreign_author": "texts written without their author, as no member can have such a name",
}


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

    def problem(self, kind: str, example: str) -> None:
        self.problems[kind] += 1
        examples = self.examples.setdefault(kind, [])
        # Names of an archive may hold anything, such as what commands a terminal.
        shown = ascii(example)[1:-1][:60]
        if shown not in examples and len(examples) < FIRST:
            examples.append(shown)

    def summary(self) -> Iterator[str]:
        """Lines for people."""
        for kind, words in DONE.items():
            if self.done[kind] or kind in {"posts", "comments"}:
                yield f"{self.done[kind]:>12,} {words}"
        for kind, words in PROBLEMS.items():
            if self.problems[kind]:
                examples = ", ".join(self.examples.get(kind, []))
                yield f"{self.problems[kind]:>12,} {words}" + (f": {examples}" if examples else "")

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            **{kind: self.done[kind] for kind in DONE},
            "problems": {kind: self.problems[kind] for kind in PROBLEMS},
            "examples": self.examples,
        }
