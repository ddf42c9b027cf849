"""Where a moderator is after a button beside a text: in the same place of the same page."""

from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.decorators import MemberRequest, page_before
from accounts.pages import next_page
from discussions.models import Comment, Post
from discussions.shortcuts import get_comment, get_post
from discussions.views.threads import changed_comment
from moderation.actions import content
from moderation.models import Act
from moderation.views.before import say, undo_button

THREADS = ("discussions:post", "discussions:comment")


def find(
    request: HttpRequest, board_name: str, post_id: int, comment_id: int | None = None
) -> Post | Comment:
    """The post, or the comment, that an address names; its board has the visitor's standing."""
    post = get_post(request, board_name, post_id)
    return post if comment_id is None else get_comment(post, comment_id)


def page_of(target: Post | Comment) -> str:
    """Where a text is shown, in its thread."""
    address = target.get_absolute_url()
    return f"{address}#c{target.pk}" if isinstance(target, Comment) else address


def page_behind(request: HttpRequest, target: Post | Comment) -> str:
    """The page of its thread that one was on, at the text; else where the text is shown.

    The form or the address may name it in `next`, else it is the page that sent the form. Only
    pages of the same thread count, so nobody is led anywhere else.
    """
    for wanted in (next_page(request, ""), page_before(request)):
        page = wanted.partition("#")[0]
        if _is_of_thread(page, target):
            return f"{page}#c{target.pk}" if isinstance(target, Comment) else page
    return page_of(target)


def _is_of_thread(page: str, target: Post | Comment) -> bool:
    """Whether the path `page` is that of the thread of a text, or of one comment of it."""
    try:
        found = resolve(urlsplit(page).path) if page.startswith("/") else None
    except Resolver404:
        return False
    post_id = target.post_id if isinstance(target, Comment) else target.pk
    return bool(found and found.view_name in THREADS and found.kwargs["post_id"] == post_id)


def answer(
    request: MemberRequest,
    target: Post | Comment,
    said: str,
    act: Act | None = None,
    *,
    warns: bool = False,
) -> HttpResponse:
    """Say what was done, with a button that takes `act` back: in the place of the pressed button.

    Of a post, and without htmx, it is said above the page that one was on. `warns`: it could not
    be done, and `said` tells why.
    """
    if isinstance(target, Comment) and request.headers.get("HX-Request"):
        return _in_place(request, target, said, act)
    if warns:
        messages.warning(request, said)
    else:
        say(request, said, act)
    return redirect(page_behind(request, target))


def _in_place(request: MemberRequest, comment: Comment, said: str, act: Act | None) -> HttpResponse:
    # Read again, as it is now.
    board = content.board_of(comment)
    comment = get_comment(get_post(request, board.name, comment.post_id), comment.pk)
    button = undo_button(act, "moderation:undo", _("Undo"), in_place=True) if act else ""
    response = changed_comment(request.user, comment, format_html("{} {}", said, button))
    response.headers["X-Say"] = quote(said)
    return response
