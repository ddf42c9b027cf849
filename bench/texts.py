"""What posts and comments say: a pool of made-up texts, rendered once and used again."""

import random
from html import unescape
from typing import Any

from bench.archive import Archive
from discussions.models import Post
from markup import render

POOL = 400
LINKS = 0.4  # share of posts that are links


class Texts:
    """The same for the same seed; about half of the texts are above 150 characters."""

    def __init__(self, seed: int) -> None:
        self.archive = Archive(seed, 0, 0)
        self.dice = random.Random(seed)
        self.comments = [_rendered(self._text()) for _ in range(POOL)]
        self.posts = [self._post() for _ in range(POOL)]

    def comment(self) -> dict[str, str]:
        return self.dice.choice(self.comments)

    def post(self) -> dict[str, Any]:
        return self.dice.choice(self.posts)

    def _text(self) -> str:
        return unescape(self.archive.text())

    def _post(self) -> dict[str, Any]:
        post = Post()
        post.set_title(self.archive.sentence())
        if self.dice.random() < LINKS:
            post.set_url(f"https://www.example.org/{self.dice.randrange(1_000_000)}/story.html")
        words = {name: getattr(post, name) for name in ("title", "slug", "url", "domain")}
        return words | {"link_key": post.link_key} | _rendered("" if post.url else self._text())


def _rendered(text: str) -> dict[str, str]:
    return {"text": text, "html": str(render(text))}
