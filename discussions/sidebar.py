"""What a board is, beside its pages."""

from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from boards.models import Board, Viewer
from boards.policy import moderates
from discussions.fragments import Fragment
from discussions.models import Post


class SidebarKind(NamedTuple):
    """What of it there is, and what the viewer may do."""

    described: bool
    ruled: bool
    looked_after: bool
    board__is_private: bool
    board__post_count: bool
    board__viewer_ban: bool
    board__viewer_subscribed: bool
    user__is_authenticated: bool


_SIDEBAR = Fragment(
    "boards/_sidebar.html",
    "board__pk board__name board__get_absolute_url board__title board__description_html "
    "board__rules_html board__subscribers_told board__posts_told board__last_post_told "
    "moderators moderators_links",
)


def sidebar(board: Board, viewer: Viewer, post: Post | None = None) -> SafeString:
    """What `board`, with the viewer's standing, is; `post` is the one whose thread it is beside."""
    listed = board.listed_moderators
    kind = SidebarKind(
        described=bool(board.description_html),
        ruled=bool(board.rules_html),
        looked_after=bool(listed),
        board__is_private=board.is_private,
        board__post_count=bool(board.post_count),
        board__viewer_ban=bool(board.viewer_ban),
        board__viewer_subscribed=board.viewer_subscribed,
        user__is_authenticated=viewer.is_authenticated,
    )
    values = (
        board.pk,
        board.name,
        board.get_absolute_url(),
        board.title,
        SafeString(board.description_html),
        SafeString(board.rules_html),
        board.subscribers_told,
        board.posts_told,
        board.last_post_told,
        format_html_join(
            "\n",
            '<li><a href="{}">{}</a></li>',
            ((each.member.get_absolute_url(), each.member.username) for each in listed),
        ),
        _moderators_links(board, viewer, post) if moderates(viewer, board) else "",
    )
    return SafeString(_SIDEBAR.filler()(kind, values))


def _moderators_links(board: Board, viewer: Viewer, post: Post | None) -> SafeString:
    context = {"board": board, "user": viewer, "post": post}
    return render_to_string("boards/_moderators_links.html", context)
