"""Writing, changing and deleting posts and comments."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.pages import UNPROCESSABLE
from boards.policy import moderates
from boards.shortcuts import get_board, to_right_case
from discussions import policy
from discussions.actions import comments, posts
from discussions.forms import CommentEditForm, CommentForm, PostEditForm, PostForm
from discussions.models import Comment, Post, Revision
from discussions.shortcuts import get_comment, get_post, get_post_to_answer
from discussions.threads import single
from discussions.views.threads import render_thread, tell_count, thread_context
from markup import render as render_markdown
from paging import keyset_page

VERSIONS_PER_PAGE = 20
NOT_IN_THREAD = gettext_lazy("The comment that you answered is not in this thread.")


def _wants_preview(request: MemberRequest, form: forms.Form) -> bool:
    return "preview" in request.POST and form.is_valid()


def _form_page(
    request: MemberRequest, template: str, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    """A page with a form on it: fresh, with its errors, or with a preview."""
    context |= {"form": form}
    if _wants_preview(request, form):
        context["preview_html"] = render_markdown(form.cleaned_data["text"])
        if request.headers.get("HX-Request"):
            template = "discussions/_preview.html"
        return render(request, template, context)
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def submit(request: MemberRequest, board_name: str) -> HttpResponse:
    """Put up a post. A form under way may be opened with `?url=` and `?title=` filled in."""
    board = get_board(request, board_name)
    if request.method != "POST" and board_name != board.name:
        return to_right_case(request, board)
    refusal = policy.post_refusal(request.user, board)
    if refusal:
        raise PermissionDenied(refusal)
    if request.method != "POST":
        form = PostForm(
            board=board, author=request.user, initial=_initial(request, "title", "url", "text")
        )
    else:
        form = PostForm(request.POST, board=board, author=request.user)
        if "preview" not in request.POST and form.is_valid():
            post = posts.submit_post(
                author=request.user,
                board=board,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                url=form.cleaned_data["url"],
                once=form.cleaned_data["once"],
            )
            held = _("Your post waits for a moderator; until then only you and they see it.")
            messages.success(request, held if post.is_held else _("Your post is up."))
            return redirect(post)
    context = {"board": board, "cancel": board.get_absolute_url()}
    return _form_page(request, "discussions/submit.html", form, context)


def _initial(request: MemberRequest, *names: str) -> dict[str, str]:
    return {name: request.GET[name] for name in names if name in request.GET}


@require_POST
@member_required
def reply(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    """Comment on a post, or on the comment named by `parent`."""
    form = CommentForm(request.POST)
    if "preview" in request.POST or not form.is_valid():
        post = get_post(request, board_name, post_id)
        return _composer(request, post, _parent(post, form), form)
    try:
        comment = comments.reply(
            author=request.user,
            post=get_post_to_answer(request.user, board_name, post_id),
            parent=form.cleaned_data["parent"],
            text=form.cleaned_data["text"],
            once=form.cleaned_data["once"],
        )
    except Comment.DoesNotExist:
        raise BadRequest(NOT_IN_THREAD) from None
    if not request.headers.get("HX-Request"):
        return redirect(f"{comment.get_absolute_url()}#c{comment.pk}")
    return _new_comment(request, get_post(request, board_name, post_id), comment)


def _parent(post: Post, form: CommentForm) -> Comment | None:
    """The comment a form answers. Raises BadRequest unless it is one of this thread."""
    form.is_valid()
    if "parent" in form.errors:
        raise BadRequest(_("The comment that you answered is not there."))
    parent_id = form.cleaned_data["parent"]
    if parent_id is None:
        return None
    parent: Comment | None = (
        Comment.objects.filter(post=post, pk=parent_id).select_related("author").first()
    )
    if parent is None:
        raise BadRequest(NOT_IN_THREAD)
    return parent


def _new_comment(request: MemberRequest, post: Post, comment: Comment) -> HttpResponse:
    """The comment itself, put by htmx where its composer was."""
    comment.post = post
    thread = single(comment, request.user, moderates=moderates(request.user, post.board))
    context = thread_context(request.user, post, thread)
    context |= {"new": comment}
    response = render_thread(request, "discussions/_new_comment.html", context)
    response.headers["X-Sent"] = str(comment.pk)
    held = _("Your comment waits for a moderator; until then only you and they see it.")
    response.headers["X-Say"] = quote(held if comment.is_held else _("Your comment is up."))
    tell_count(response, post)
    return response


def _composer(
    request: MemberRequest, post: Post, parent: Comment | None, form: CommentForm
) -> HttpResponse:
    """The form again, with its errors or a preview: on a page of its own, or alone for htmx."""
    preview = "preview" in request.POST and form.is_valid()
    context: dict[str, Any] = {"post": post, "board": post.board, "parent": parent}
    context |= {"composer": form}
    if preview:
        context["preview_html"] = render_markdown(form.cleaned_data["text"])
    template = "discussions/reply.html"
    if request.headers.get("HX-Request"):
        template = "discussions/_preview.html" if preview else "discussions/_composer.html"
    response = render(request, template, context, status=200 if preview else UNPROCESSABLE)
    # Whichever button was pressed, errors take the place of the whole composer.
    if not preview:
        response.headers["HX-Retarget"] = f"#reply-{parent.pk if parent else 0}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


@require_safe
@member_required
def reply_form(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    """The composer for a reply, put below its comment by htmx; a page of its own without."""
    post = get_post(request, board_name, post_id)
    parent = get_comment(post, comment_id)
    refusal = policy.reply_refusal(request.user, post, parent)
    if refusal:
        raise PermissionDenied(refusal)
    context = {
        "post": post,
        "board": post.board,
        "parent": parent,
        "composer": CommentForm(initial={"parent": parent.pk}),
        "focus_composer": True,
    }
    fragment = request.headers.get("HX-Request")
    template = "discussions/_composer.html" if fragment else "discussions/reply.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def edit_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    if refusal := policy.edit_refusal(request.user, post, post.board):
        raise PermissionDenied(refusal)
    context = {"board": post.board, "post": post, "cancel": post.get_absolute_url()}
    form = PostEditForm(
        request.POST if request.method == "POST" else None,
        initial={"title": post.title, "text": post.text},
    )
    if "preview" not in request.POST and form.is_valid():
        posts.edit_post(editor=request.user, post=post, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(get_post(request, board_name, post_id))
    return _form_page(request, "discussions/edit.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def edit_comment(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    comment = get_comment(post, comment_id)
    if refusal := policy.edit_refusal(request.user, comment, post.board):
        raise PermissionDenied(refusal)
    form = CommentEditForm(
        request.POST if request.method == "POST" else None, initial={"text": comment.text}
    )
    if "preview" not in request.POST and form.is_valid():
        comments.edit_comment(editor=request.user, comment=comment, text=form.cleaned_data["text"])
        messages.success(request, _("Saved."))
        return redirect(f"{comment.get_absolute_url()}#c{comment.pk}")
    context = {
        "board": post.board,
        "post": post,
        "comment": comment,
        "cancel": f"{comment.get_absolute_url()}#c{comment.pk}",
    }
    return _form_page(request, "discussions/edit.html", form, context)


@require_POST
@member_required
def delete_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    if post.deleted_at is None or post.author_id != request.user.pk:
        posts.delete_post(author=request.user, post=post)
    messages.success(request, _("Your post is deleted."))
    return redirect(post.board)


@require_POST
@member_required
def delete_comment(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    comment = get_comment(post, comment_id)
    if comment.deleted_at is None or comment.author_id != request.user.pk:
        comments.delete_comment(author=request.user, comment=comment)
    messages.success(request, _("Your comment is deleted."))
    return redirect(f"{comment.get_absolute_url()}#c{comment.pk}")


@require_safe
@member_required
def post_history(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    return _history(request, post, post)


@require_safe
@member_required
def comment_history(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    return _history(request, post, get_comment(post, comment_id))


def _history(request: MemberRequest, post: Post, written: Post | Comment) -> HttpResponse:
    """All versions of a text, newest first, for its author and the moderators"""
    moderator = moderates(request.user, post.board)
    if not policy.can_see_history(request.user, written, moderates=moderator):
        raise PermissionDenied(_("Earlier versions are for the author and the moderators."))
    after = request.GET.get("after", "")
    revisions: QuerySet[Revision] = written.revisions.all()
    page = keyset_page(revisions, column="replaced_at", after=after, size=VERSIONS_PER_PAGE)
    context = {
        "board": post.board,
        "post": post,
        "written": written,
        "revisions": page.rows,
        "after": page.after,
        "is_first": not after,
    }
    return render(request, "discussions/history.html", context)
