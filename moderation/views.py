"""The moderators' buttons on the site."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from boards.shortcuts import get_moderated_board
from discussions.listings import PAGE_SIZE
from discussions.models import Post
from discussions.shortcuts import get_comment, get_post
from moderation import actions
from paging import keyset_page


@require_safe
@member_required
def removed(request: MemberRequest, board_name: str) -> HttpResponse:
    """The posts that were removed from a board, newest first, for who may restore them."""
    board = get_moderated_board(request, board_name)
    posts = Post.objects.in_board(board).filter(removed_at__isnull=False, deleted_at__isnull=True)
    page = keyset_page(
        posts.for_list(),
        column="created_at",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    return render(request, "moderation/removed.html", {"board": board, "page": page})


@require_POST
@member_required
def remove_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    actions.remove_post(moderator=request.user, post=post)
    messages.success(request, _("The post is removed. You can restore it here."))
    return redirect(post)


@require_POST
@member_required
def restore_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    actions.restore_post(moderator=request.user, post=post)
    messages.success(request, _("The post is back."))
    return redirect(post)


@require_POST
@member_required
def lock_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    """Lock (`locked=1`) or unlock (`locked=0`); it says what shall be, so twice is once."""
    post = get_post(request, board_name, post_id)
    if request.POST.get("locked") not in {"0", "1"}:
        raise BadRequest(_("Say whether the thread shall be locked."))
    locked = request.POST["locked"] == "1"
    actions.lock_post(moderator=request.user, post=post, locked=locked)
    messages.success(request, _("The thread is locked.") if locked else _("The thread is open."))
    return redirect(post)


@require_POST
@member_required
def remove_comment(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    comment = get_comment(get_post(request, board_name, post_id), comment_id)
    actions.remove_comment(moderator=request.user, comment=comment)
    messages.success(request, _("The comment is removed. You can restore it here."))
    return redirect(f"{comment.get_absolute_url()}#c{comment.pk}")


@require_POST
@member_required
def restore_comment(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    comment = get_comment(get_post(request, board_name, post_id), comment_id)
    actions.restore_comment(moderator=request.user, comment=comment)
    messages.success(request, _("The comment is back."))
    return redirect(f"{comment.get_absolute_url()}#c{comment.pk}")
