"""Letters about posts and comments: who gets one, and what it says."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from boards.models import Board, readers_of
from discussions.models import Comment, Post
from inbox import actions as inbox
from inbox.models import EXCERPT_LENGTH, Letter
from markup import excerpt, mentions
from paging import AmongGiven, Given, planned
from paging.prepared import held

# Characters at the beginning of a text that are enough for an excerpt.
EXCERPT_SOURCE = 2_000


@dataclass(frozen=True)
class Draft:
    """What a text says to others; made before the transaction, because parsing takes its time."""

    names: list[str]
    excerpt: str


def draft(text: str) -> Draft:
    """Raises markup.MarkupError."""
    return Draft(mentions(text), excerpt(text[:EXCERPT_SOURCE], EXCERPT_LENGTH))


def tell_of_post(post: Post, draft: Draft) -> None:
    """Tell whoever the post mentions."""
    _send(post, post, {}, draft)


def tell_of_comment(comment: Comment, draft: Draft, board: Board | None = None) -> None:
    """Tell the author of what was replied to, and whoever the comment mentions.

    `board`: as the caller holds it, if it does.
    """
    parent, post = comment.parent, comment.post
    if parent is None:
        replied_to, kind = post.author_id, Letter.Kind.POST_REPLY
    else:
        replied_to, kind = parent.author_id, Letter.Kind.COMMENT_REPLY
    _send(comment, post, {replied_to: kind} if replied_to else {}, draft, board)


def _send(
    content: Post | Comment,
    post: Post,
    kinds: dict[int, Letter.Kind],
    draft: Draft,
    board: Board | None = None,
) -> None:
    """Write to the authors in `kinds` and the members it names, each once, the author not.

    Only to those who read the board: a letter holds an excerpt.
    """
    if draft.names:
        for member_id in Member.objects.named(*draft.names).values_list("pk", flat=True):
            kinds.setdefault(member_id, Letter.Kind.MENTION)
    kinds.pop(content.author_id or 0, None)
    if not kinds:
        return
    # Held, so that no letter is written while the board turns private and takes letters back.
    board = board or Board.objects.hold(post.board_id)
    readers = _readers_among.rows(board.is_private, board=board.pk, members=list(kinds))
    inbox.send(
        Letter(
            recipient_id=member_id,
            sender_id=content.author_id,
            kind=kinds[member_id],
            title=post.title,
            excerpt=draft.excerpt,
            url=content.short_address,
            subject_key=content.key,
            created_at=content.created_at,
        )
        for (member_id,) in readers
    )


@planned
def _readers_among(is_private: bool, board: Given, members: Given) -> QuerySet[Member, Any]:
    readers = readers_of(board, is_private=is_private)
    among = readers.filter(AmongGiven("pk", members), imported=False)
    # So that no letter is written to an account that is just going.
    return held(among.order_by("pk").values_list("pk"))
