"""Reading a thread, or one comment with its context."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from boards.models import Power, Viewer
from boards.policy import may, moderates
from discussions import policy
from discussions.actions.visits import record_visit
from discussions.forms import CommentForm
from discussions.fragments import render_around
from discussions.models import Comment, Post, Visit
from discussions.news import last_visit, lay_news_over
from discussions.rows import CommentRows, comments_told
from discussions.shortcuts import get_comment, get_post
from discussions.signals import removed_shown, shown_to_moderator
from discussions.threads import Node, Thread, chain_to, load_thread, single


@require_safe
def post(request: HttpRequest, board_name: str, post_id: int, slug: str = "") -> HttpResponse:
    # Before anything is read, so that what comes meanwhile is new the next time.
    opened_at = timezone.now()
    visit = last_visit(request.user, post_id)
    post = get_post(request, board_name, post_id)
    if (board_name, slug) != (post.board.name, post.slug):
        return _redirect(request, post.get_absolute_url())
    context = _page(request, post, visit, opened_at)
    response = render_thread(request, "discussions/thread.html", context)
    # The roof sets this while the site takes no changes.
    takes_changes = not getattr(request, "read_only", None)
    if takes_changes and request.method == "GET" and request.user.is_authenticated:
        record_visit(member=request.user, post=post, before=visit, at=opened_at)
    return response


@require_safe
def comment(
    request: HttpRequest, board_name: str, post_id: int, comment_id: int, slug: str = ""
) -> HttpResponse:
    """One comment, those that lead to it, and what is below it."""
    post = get_post(request, board_name, post_id)
    comment = get_comment(post, comment_id)
    if (board_name, slug) != (post.board.name, post.slug):
        return _redirect(request, comment.get_absolute_url())
    chain = chain_to(comment)
    visit = last_visit(request.user, post.pk)
    context = _page(request, post, visit, timezone.now(), chain, comment) | {
        "focus": comment,
        "earlier": chain[0].parent_id,
        "composer": CommentForm(initial={"parent": comment.pk}),
        "reply_refusal": policy.reply_refusal(request.user, post, comment),
    }
    return render_thread(request, "discussions/comment.html", context)


def _page(
    request: HttpRequest,
    post: Post,
    visit: Visit | None,
    at: datetime,
    chain: Sequence[Node] = (),
    focus: Comment | None = None,
) -> dict[str, Any]:
    """What a page of a thread shows: the comments that its address asks for.

    `visit` is the viewer's last one, `at` the moment of this one. A page of one comment, `focus`,
    has the `chain` that leads to it on top.
    """
    thread = load_thread(
        post,
        request.user,
        moderates=moderates(request.user, post.board),
        sort=request.GET.get("sort", "best"),
        after=request.GET.get("after", ""),
        chain=chain,
    )
    context = thread_context(request.user, post, thread)
    return context | {
        "news": lay_news_over(thread.shown, post, request.user, visit, at, focus=focus),
        "reply_refusal": policy.reply_refusal(request.user, post),
    }


def thread_context(viewer: Viewer, post: Post, thread: Thread) -> dict[str, Any]:
    """What the comments of a thread are shown by."""
    return {
        "post": post,
        "board": post.board,
        "thread": thread,
        "thread_url": post.get_absolute_url(),
        "moderator_ids": {moderator.member_id for moderator in post.board.listed_moderators},
        "viewer_moderates": moderates(viewer, post.board),
        "may_content": may(viewer, post.board, Power.CONTENT),
        "may_members": may(viewer, post.board, Power.MEMBERS),
    }


def render_thread(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page, or a piece of one, that writes out `comment_rows`; `focus` is the comment to mark."""
    rows = _rows(context, request.user)
    return render_around(request, template, context, comment_rows=rows.html())


def changed_comment(viewer: Viewer, comment: Comment, told: SafeString) -> HttpResponse:
    """What htmx puts in place of the parts of a comment on which a moderator has acted.

    `told` says beside it what was done.
    """
    post = comment.post
    thread = single(comment, viewer, moderates=moderates(viewer, post.board))
    rows = _rows(thread_context(viewer, post, thread), viewer)
    takes_replies = not policy.reply_refusal(viewer, post, comment)
    response = HttpResponse(rows.changed(told, takes_replies=takes_replies))
    tell_count(response, post)
    return response


def tell_count(response: HttpResponse, post: Post) -> None:
    """How many comments a thread has now, for the heading above them."""
    response.headers["X-Comments"] = quote(comments_told(post.comment_count))


def _rows(context: dict[str, Any], viewer: Viewer) -> CommentRows:
    _tell_of_shown(context, viewer)
    return CommentRows(
        context["thread"],
        context["post"],
        viewer,
        moderates=context["viewer_moderates"],
        may_content=context["may_content"],
        may_members=context["may_members"],
        moderator_ids=context["moderator_ids"],
        focus_id=context["focus"].pk if "focus" in context else None,
    )


def _tell_of_shown(context: dict[str, Any], viewer: Viewer) -> None:
    """Let the floors above say what a viewer who moderates may do, and what is reported."""
    if not (context["may_content"] or context["may_members"]):
        return
    shown = context["thread"].shown
    shown_to_moderator.send(None, comments=shown, board=context["board"], viewer=viewer)
    if not context["may_content"]:
        return
    removed = [one for one in shown if one.removed_at and not one.is_held and not one.deleted_at]
    if removed:
        removed_shown.send(None, comments=removed, board=context["board"], viewer=viewer)


def _redirect(request: HttpRequest, address: str) -> HttpResponse:
    """To the right address of the same page, with the same query.

    Not for good: a title may change back, and browsers would keep both ways.
    """
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)
