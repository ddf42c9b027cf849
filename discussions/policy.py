"""Who may do what with posts and comments, told in prose.

The functions that end in `_refusal` answer with the reason, in words for the person, or with ""
where nothing stands in the way. Whether the person sees the content at all is asked before, of
`visible_to`.
"""

from django.utils.translation import gettext as _

from boards.models import Viewer
from discussions.models import Comment, Post


def reply_refusal(viewer: Viewer, post: Post, parent: Comment | None = None) -> str:
    """Why the viewer may not reply to a post, or to a comment below it."""
    if not viewer.is_authenticated:
        return _("Sign in to reply.")
    if post.deleted_at is not None:
        return _("The author deleted this post; it takes no more comments.")
    if post.removed_at is not None:
        return _("A moderator removed this post; it takes no more comments.")
    if post.locked_at is not None:
        return _("A moderator locked this thread; it takes no more comments.")
    # A tombstone keeps its replies but gets no new ones: nobody could tell what they answer.
    if parent is not None and not parent.is_live:
        return _("This comment is gone, so nobody can reply to it any more.")
    return ""


def vote_refusal(viewer: Viewer, target: Post | Comment) -> str:
    """Why the viewer may not vote on a post or a comment."""
    if not viewer.is_authenticated:
        return _("Sign in to vote.")
    # One's own vote is given with the writing and stays.
    if viewer.pk == target.author_id:
        return _("You can't vote on what you wrote yourself.")
    if not target.is_live:
        return _("This is gone, so nobody can vote on it any more.")
    return ""


def can_edit(viewer: Viewer, content: Post | Comment) -> bool:
    """Authors edit and delete their own, as long as it stands. Nobody edits another's words."""
    return viewer.is_authenticated and viewer.pk == content.author_id and content.is_live


def can_delete(viewer: Viewer, content: Post | Comment) -> bool:
    """Authors delete their own, also what a moderator removed."""
    return viewer.is_authenticated and viewer.pk == content.author_id and content.deleted_at is None


def can_see_history(viewer: Viewer, content: Post | Comment, *, moderates: bool) -> bool:
    """Earlier versions are for the author and the moderators, as long as the text is there."""
    if not viewer.is_authenticated or content.deleted_at is not None:
        return False
    return moderates or viewer.pk == content.author_id
