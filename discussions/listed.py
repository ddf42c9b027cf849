"""Posts as lists show them, read as rows."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.db.models import Model, OuterRef, Subquery

from accounts.models import Member
from boards.models import Board, board_url


@dataclass
class ListedPost:
    """What lists show of a post, and its place in each order.

    Instances of the models of the post, its author and its board take ten times as long to make.
    """

    pk: int
    board_id: int
    author_id: int | None
    author_name: str | None
    title: str
    slug: str
    url: str
    domain: str
    created_at: datetime
    edited_at: datetime | None
    locked_at: datetime | None
    comment_count: int
    ups: int
    downs: int
    score: int
    hot: float
    active_at: datetime
    controversy: float
    board_name: str
    on_private_board: bool
    # Laid over by `marks.lay_votes_over` and `news.lay_new_over`.
    my_vote: int = 0
    new_comments: int = 0

    @property
    def address(self) -> str:
        """What the addresses of deeds on this post begin with."""
        return f"{board_url(self.board_name)}{self.pk}/"

    def get_absolute_url(self) -> str:
        return f"{self.address}{quote(self.slug)}/"


def _of(model: type[Model], key: str, column: str) -> Subquery:
    """A column of the row that `key` names: PostgreSQL plans it in half the time of a join."""
    return Subquery(model._default_manager.filter(pk=OuterRef(key)).values(column))


COLUMNS = (
    *("pk", "board_id", "author_id", _of(Member, "author_id", "username")),
    *("title", "slug", "url", "domain", "created_at", "edited_at", "locked_at", "comment_count"),
    *("ups", "downs", "score", "hot", "active_at", "controversy"),
)
BOARD_COLUMNS = (_of(Board, "board_id", "name"), _of(Board, "board_id", "is_private"))
