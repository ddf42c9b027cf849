"""Writes archives like Reddit's, the same for the same seed, for benchmarks and trials."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

WORDS = """
    the of and a to in is that it you was for on are with as they be at one have this from or had
    by hot but some what there we can out other were all your when up use word how said each she
    which do their time if will way about many then them would write like so these her long make
    thing see him two has look more day could go come did my sound no most number who over know
    water than call first people may down side been now find any new work part take get place made
    live where after back little only round man year came show every good me give our under name
    very through just form great think say help low line before turn cause same mean differ move
""".split()
PLAIN_SHARE = 0.6
START = 1_300_000_000  # 2011
THREAD_DAYS = 2
LARGEST = 200  # thread, as a multiple of the smallest
DAY = 24 * 60 * 60


class Archive:
    """Threads of very different sizes; their comments come mixed, by date."""

    def __init__(self, seed: int, comments: int, threads: int) -> None:
        self.seed = seed
        self.comments = comments
        self.threads = threads
        self.random = random.Random(seed)
        self.members = [f"member_{number}" for number in range(max(10, comments // 10))]

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The paths of both files."""
        posts, comments = folder / "submissions.zst", folder / "comments.zst"
        write_lines(posts, self.posts())
        write_lines(comments, self.replies())
        return posts, comments

    def posts(self) -> Iterator[dict[str, Any]]:
        for number in range(self.threads):
            yield {
                "id": self.post_id(number),
                "subreddit": f"bench_{number % 20}",
                "author": self.author(),
                "title": self.sentence(),
                "selftext": self.text(),
                "url": "",
                "is_self": True,
                "created_utc": START + number * 600,
                "score": self.score(),
                "edited": False,
                "locked": False,
            }

    def replies(self) -> Iterator[dict[str, Any]]:
        """Each thread lives for two days, so that some hundred are open at a time."""
        sizes = [min(self.random.paretovariate(1.2), LARGEST) for _ in range(self.threads)]
        scale = self.comments / sum(sizes)
        moments = sorted(
            (START + number * 600 + int(self.random.random() * THREAD_DAYS * DAY), number)
            for number, size in enumerate(sizes)
            for _ in range(max(1, int(size * scale)))
        )
        open_threads: dict[int, list[str]] = {}
        for count, (moment, number) in enumerate(moments):
            comments = open_threads.setdefault(number, [])
            comment = f"c{self.seed}x{count}"
            yield self.comment(comment, moment, number, comments)
            comments.append(comment)

    def comment(self, comment: str, moment: int, number: int, before: list[str]) -> dict[str, Any]:
        post = f"t3_{self.post_id(number)}"
        root = not before or self.random.random() < 0.35
        # Mostly to one of the latest, so that chains grow some ten levels deep.
        answered = (
            before[-min(len(before), 1 + int(self.random.expovariate(0.1)))] if before else ""
        )
        return {
            "id": comment,
            "subreddit": f"bench_{number % 20}",
            "link_id": post,
            "parent_id": post if root else f"t1_{answered}",
            "author": self.author(),
            "body": self.text(),
            "created_utc": moment,
            "score": self.score(),
            "edited": False,
            # What real lines hold besides; it must be read past.
            "author_flair_text": None,
            "permalink": f"/r/bench_{number % 20}/comments/{self.post_id(number)}/_/{comment}/",
            "stickied": False,
            "gilded": 0,
            "distinguished": None,
            "controversiality": 0,
            "retrieved_on": moment + DAY,
            "subreddit_id": "t5_bench",
        }

    def post_id(self, number: int) -> str:
        return f"p{self.seed}x{number}"

    def author(self) -> str:
        """Few write much."""
        if self.random.random() < 0.07:
            return "[deleted]"
        return self.members[int(self.random.random() ** 3 * len(self.members))]

    def score(self) -> int:
        return int(self.random.paretovariate(0.9)) * self.random.choice([1, 1, 1, 1, 1, 1, -1])

    def text(self) -> str:
        if self.random.random() < PLAIN_SHARE:
            return self.sentences()
        return self.random.choice([self.link, self.quote, self.emphasis, self.paragraphs])()

    def sentence(self) -> str:
        words = self.random.choices(WORDS, k=self.random.randint(4, 18))
        return " ".join(words).capitalize()

    def sentences(self) -> str:
        count = min(20, int(self.random.expovariate(0.4)) + 1)
        return " ".join(self.sentence() + "." for _ in range(count))

    def link(self) -> str:
        address = f"https://example.org/{self.random.choice(WORDS)}?id={self.random.random()}"
        shape = self.random.choice(["{} {}", "{} [this]({})"])
        return shape.format(self.sentences(), address)

    def quote(self) -> str:
        return f"&gt; {self.sentence()}\n\n{self.sentences()}"

    def emphasis(self) -> str:
        return f"{self.sentence()} *{self.sentence()}* and **{self.sentence()}**."

    def paragraphs(self) -> str:
        return "\n\n".join([self.sentences(), self.sentences(), "It's *me* &amp; you."])


def write_lines(path: Path, objects: Iterator[dict[str, Any]]) -> None:
    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as packed:
        _write(packed, objects)


def _write(file: BinaryIO, objects: Iterator[dict[str, Any]]) -> None:
    for found in objects:
        file.write(json.dumps(found).encode() + b"\n")
