"""What people write, and what others make of it."""

from discussions.models.comments import Comment, CommentQuerySet
from discussions.models.posts import Post, PostQuerySet
from discussions.models.receipts import Receipt
from discussions.models.revisions import Revision
from discussions.models.visits import Visit
from discussions.models.votes import CommentVote, PostVote, Vote

__all__ = [
    "Comment",
    "CommentQuerySet",
    "CommentVote",
    "Post",
    "PostQuerySet",
    "PostVote",
    "Receipt",
    "Revision",
    "Visit",
    "Vote",
]
