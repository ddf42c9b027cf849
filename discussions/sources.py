"""Where lists take their posts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from boards.models import Board, Subscription, Viewer
from boards.shortcuts import private_boards, readable_among
from discussions.listed import ListedPost
from paging import Given, planned


@dataclass(frozen=True)
class Source:
    """Where a list takes its posts from: all public boards, some boards, or both.

    With both, the boards are private ones, so that no post comes twice. `board` is the one board
    that all posts are on, if the viewer was let in there already.
    """

    boards: Sequence[int] = ()
    public: bool = False
    board: Board | None = None


def on_board(board: Board) -> Source:
    """One board, which the viewer reads."""
    return Source([board.pk], board=board)


def everywhere(viewer: Viewer) -> Source:
    """All boards that the viewer reads."""
    return Source(private_boards(viewer), public=True)


@planned
def _followed(member: Given) -> QuerySet[Subscription, Any]:
    return Subscription.objects.filter(member=member).values_list("board")


def home_feed(member: Member) -> Source:
    """The boards that a member follows."""
    return Source([board for (board,) in _followed.rows(member=member.pk)])


def readable(posts: list[ListedPost], source: Source, viewer: Viewer) -> list[ListedPost]:
    """The posts without those that the viewer may not read.

    Who follows a board or is told of a post by its flag may read it, as a rule; the board decides.
    """
    private = {post.board_id for post in posts if post.on_private_board}
    if not private or source.board is not None:
        return posts
    seen = readable_among(viewer, private)
    return [post for post in posts if not post.on_private_board or post.board_id in seen]
