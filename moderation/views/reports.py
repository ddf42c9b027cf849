"""Reporting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from accounts.models import Member
from accounts.pages import form_page
from boards.models import Board
from discussions.models import Comment, Post
from moderation.actions import content
from moderation.actions.reports import report
from moderation.forms import MemberReportForm, ReportForm
from moderation.views.places import find, page_of

# Boards that a member was on lately, to choose from.
LATELY = 100


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def report_content(request: MemberRequest, **place: Any) -> HttpResponse:
    target = find(request, **place)
    if target.author_id == request.user.pk:
        raise PermissionDenied(_("You can edit or delete what you wrote yourself."))
    if not target.is_live:
        raise PermissionDenied(_("This is gone already."))
    board = content.board_of(target)
    form = ReportForm(request.POST if request.method == "POST" else None, rules=board.rule_titles)
    if form.is_valid():
        report(reporter=request.user, board=board, target=target, **form.cleaned_data)
        _thank(request)
        return redirect(page_of(target))
    return form_page(
        request,
        form,
        heading=_("Report a post") if isinstance(target, Post) else _("Report a comment"),
        template="moderation/report.html",
        target=target,
        target_url=page_of(target),
        board=board,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def report_member(request: MemberRequest, username: str) -> HttpResponse:
    """Report a member to the moderators of a board that they were on."""
    member = Member.objects.named(username).filter(is_active=True).first()
    if member is None:
        raise Http404
    if member == request.user:
        raise PermissionDenied(_("You can't report yourself."))
    boards = _boards_of(member, request.user)
    form = MemberReportForm(request.POST if request.method == "POST" else None, boards=boards)
    if form.is_valid():
        report(reporter=request.user, target=member, **form.cleaned_data)
        _thank(request)
        return redirect(member)
    return form_page(
        request,
        form,
        heading=_("Report %(member)s") % {"member": member},
        template="moderation/report_member.html",
        member=member,
        boards=boards,
    )


def _boards_of(member: Member, viewer: Member) -> Any:
    """The boards where a member wrote lately, as far as the viewer reads them."""
    posts = Post.objects.live().filter(author=member).order_by("-created_at")
    comments = Comment.objects.live().filter(author=member).order_by("-created_at")
    ids = set(posts.values_list("board", flat=True)[:LATELY])
    ids |= set(comments.values_list("post__board", flat=True)[:LATELY])
    return Board.objects.visible_to(viewer).filter(pk__in=ids).order_by("name")


def _thank(request: MemberRequest) -> None:
    messages.success(
        request, _("Thank you. The moderators will look at it; your inbox tells what came of it.")
    )
