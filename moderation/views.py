"""The moderators' buttons on the site."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import MemberRequest, member_required
from discussions.shortcuts import get_comment, get_post
from moderation import actions


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
