"""The rows of lists and threads, and what stands beside them."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from discussions import rows
from discussions import sidebar as beside
from discussions.composer import composer
from discussions.models import Comment, Post

register = template.Library()


@register.simple_tag(takes_context=True)
def post_rows(
    context: Context, posts: Iterable[Post], show_board: bool = False, direct: bool = False
) -> SafeString:
    """Posts as items of a list; `direct`: titles lead to the threads even of links."""
    shown = rows.PostRows(
        context["user"],
        show_board=bool(show_board),
        direct=bool(direct),
        banned=_is_banned(context),
    )
    return shown.html(posts)


@register.simple_tag(takes_context=True)
def vote_buttons(context: Context, target: Post | Comment) -> SafeString:
    return rows.vote_buttons(target, context["user"], banned=_is_banned(context))


@register.simple_tag(takes_context=True)
def empty_composer(context: Context) -> SafeString:
    """The form in which a comment on the page's `post` is written."""
    return composer(context["post"], str(context["csrf_token"]))


@register.simple_tag(takes_context=True)
def sidebar(context: Context) -> SafeString:
    """What the page's `board`, with the viewer's standing, is."""
    return beside.sidebar(context["board"], context["user"], context.get("post"))


@register.filter
def comments_told(count: int) -> SafeString:
    """So many comments, in words."""
    return rows.comments_told(count)


def _is_banned(context: Context) -> bool:
    """Whether the viewer is banned from the board of a page, read with their standing."""
    return getattr(context.get("board"), "viewer_ban", "") == "ban"
