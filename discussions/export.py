"""What a member wrote and how they voted, to take along.

Of the posts and comments of others nothing is told but where they stand.
"""

from collections.abc import Iterator
from typing import Any

from accounts.export import moment
from accounts.models import Member
from discussions.models import Comment, CommentVote, Post, PostVote
from paging.batches import in_batches, newest_first


def posts(member: Member) -> Iterator[dict[str, Any]]:
    """What moderators removed too; what they deleted themselves is gone."""
    own = Post.objects.filter(author=member, deleted_at__isnull=True)
    for post in newest_first(own.select_related("board").defer("html")):
        yield {
            "address": post.get_absolute_url(),
            "board": post.board.name,
            "title": post.title,
            "link": post.url,
            **_written(post),
        }


def comments(member: Member) -> Iterator[dict[str, Any]]:
    own = Comment.objects.filter(author=member, deleted_at__isnull=True)
    for comment in newest_first(own.select_related("post__board").defer("html", "post__text")):
        board = comment.post.board.name
        yield {"address": comment.short_address, "board": board, **_written(comment)}


def votes(member: Member) -> Iterator[dict[str, Any]]:
    """Those on posts, then those on comments; with their own on what they wrote themselves."""
    for model, board in ((PostVote, "target__board"), (CommentVote, "target__post__board")):
        cast: Any = model._default_manager.filter(voter=member)
        for vote in in_batches(cast.select_related(board), key="target_id"):
            yield {
                "address": vote.target.short_address,
                "vote": vote.value,
                "at": moment(vote.created_at),
            }


def _written(text: Post | Comment) -> dict[str, Any]:
    return {
        "text": text.text,
        "written": moment(text.created_at),
        "edited": moment(text.edited_at),
        "removed": moment(text.removed_at),
        "held_back": text.is_held,
        "score": text.score,
    }
