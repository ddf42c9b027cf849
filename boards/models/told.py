"""What pages say of a board in short."""

from datetime import datetime
from functools import lru_cache

from django.utils.translation import ngettext

from markup import excerpt
from markup.templatetags.rboard_text import timestamp

SUMMARY_LENGTH = 160


@lru_cache(maxsize=200)
def _summary(line: str) -> str:
    return excerpt(line, SUMMARY_LENGTH)


class Told:
    """Part of a board; see there for its columns."""

    description: str
    subscriber_count: int
    post_count: int
    active_at: datetime

    @property
    def summary(self) -> str:
        """The first line of the description, plain."""
        return _summary(self.description.strip().partition("\n")[0])

    @property
    def subscribers_told(self) -> str:
        n = self.subscriber_count
        return ngettext("%(n)d subscriber", "%(n)d subscribers", n) % {"n": n}

    @property
    def posts_told(self) -> str:
        return ngettext("%(n)d post", "%(n)d posts", self.post_count) % {"n": self.post_count}

    @property
    def last_post_told(self) -> str:
        return timestamp(self.active_at)
