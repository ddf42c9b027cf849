"""Who may do what with posts and comments, told in prose.

The functions that end in `_refusal` answer with the reason, in words for the person, or with ""
where nothing stands in the way. Whether the person sees the content at all is asked before, of
`visible_to`.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Ban, Board, Viewer
from discussions.models import Comment, Post

BANNED = {
    "ban": gettext_lazy("You are banned from this board"),
    "mute": gettext_lazy("You are muted on this board"),
}


def ban_refusal(viewer: Viewer, board_id: int, kind: str) -> str:
    """That the viewer is banned or muted, until when, why, and what they can do; else ""."""
    said = ban_told(viewer, board_id, kind)
    return said and said + " " + _("Your inbox has the letter about it, where you can appeal.")


def ban_told(viewer: Viewer, board_id: int, kind: str) -> str:
    """That the viewer is banned or muted, until when and why; else "".

    `kind`: see `Board.viewer_ban`. Only who is banned costs a query.
    """
    if not kind or not viewer.is_authenticated:
        return ""
    said = str(BANNED[kind])
    ban = Ban.objects.in_force().filter(board=board_id, member=viewer).first()
    if ban is not None and ban.until is not None:
        said += " " + _("until %(date)s (UTC)") % {"date": date_format(ban.until, "j F Y, H:i")}
    said += "."
    if ban is not None and ban.reason:
        said += " " + _("The reason: %(reason)s") % {"reason": ban.reason}
        said += "" if ban.reason.endswith((".", "!", "?")) else "."
    return said


def post_refusal(viewer: Viewer, board: Board) -> str:
    """Why the viewer may not put up a post; the board is read `with_standing` of the viewer."""
    if not viewer.is_authenticated:
        return _("Sign in to post.")
    return ban_refusal(viewer, board.pk, board.viewer_ban)


def reply_refusal(viewer: Viewer, post: Post, parent: Comment | None = None) -> str:
    """Why the viewer may not reply to a post, or to a comment below it."""
    if not viewer.is_authenticated:
        return _("Sign in to reply.")
    if post.board.viewer_ban:
        return ban_refusal(viewer, post.board_id, post.board.viewer_ban)
    if post.deleted_at is not None:
        return _("The author deleted this post; it takes no more comments.")
    if post.is_held:
        return _("This post waits for a moderator; until then it takes no comments.")
    if post.removed_at is not None:
        return _("A moderator removed this post; it takes no more comments.")
    if post.locked_at is not None:
        return _("A moderator locked this thread; it takes no more comments.")
    # A tombstone keeps its replies but gets no new ones: nobody could tell what they answer.
    if parent is not None and not parent.is_live:
        return _("This comment is gone, so nobody can reply to it any more.")
    if parent is not None and parent.is_in_locked_tree:
        return _("A moderator locked this part of the thread; it takes no more replies.")
    return ""


def vote_refusal(viewer: Viewer, target: Post | Comment, *, board_id: int, ban: str) -> str:
    """Why the viewer, on whose `ban` from the board see `Board.viewer_ban`, may not vote.

    Whoever is muted may: they say nothing by it.
    """
    if not viewer.is_authenticated:
        return _("Sign in to vote.")
    if ban == "ban":
        return ban_refusal(viewer, board_id, ban)
    # One's own vote is given with the writing and stays.
    if viewer.pk == target.author_id:
        return _("You can't vote on what you wrote yourself.")
    if not target.is_live:
        return _("This is gone, so nobody can vote on it any more.")
    return ""


def edit_refusal(viewer: Viewer, content: Post | Comment, board: Board) -> str:
    """Why the viewer may not edit a text; the board is read `with_standing` of the viewer.

    Authors edit their own, as long as it stands. Nobody edits another's words, and nobody says
    by an edit what they may not say by a reply.
    """
    is_own = viewer.is_authenticated and viewer.pk == content.author_id
    if not is_own or not content.is_live:
        return _("You can edit only what you wrote yourself.")
    return ban_refusal(viewer, board.pk, board.viewer_ban)


def can_delete(viewer: Viewer, content: Post | Comment) -> bool:
    """Authors delete their own, also what a moderator removed."""
    return viewer.is_authenticated and viewer.pk == content.author_id and content.deleted_at is None


def can_see_history(viewer: Viewer, content: Post | Comment, *, moderates: bool) -> bool:
    """Earlier versions are for the author and the moderators, as long as the text is there."""
    if not viewer.is_authenticated or content.deleted_at is not None:
        return False
    return moderates or viewer.pk == content.author_id
