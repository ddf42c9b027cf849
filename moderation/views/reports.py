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
from moderation.actions.reports import is_answered, is_settled, report
from moderation.forms import MemberReportForm, ReportForm
from moderation.views.places import find, page_of

# Boards that a member was on lately, to choose from.
LATELY = 100
# In the session, what they reported; so many, the last.
REPORTED = "reported"
REMEMBERED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def report_content(request: MemberRequest, **place: Any) -> HttpResponse:
    target = find(request, **place)
    if target.author_id == request.user.pk:
        raise PermissionDenied(_("You can edit or delete what you wrote yourself."))
    if not target.is_live:
        raise PermissionDenied(_("This is gone already."))
    board = content.board_of(target)
    if is_settled(board, target):
        said = _("The moderators looked at this and take no more reports of it until it is edited.")
        messages.info(request, said)
        return redirect(page_of(target))
    if request.method != "POST" and _waits(request, board, target):
        said = _("You reported this already. Your inbox tells what comes of it.")
        messages.info(request, said)
        return redirect(page_of(target))
    form = ReportForm(request.POST if request.method == "POST" else None, rules=board.rule_titles)
    if form.is_valid():
        report(reporter=request.user, board=board, target=target, **form.cleaned_data)
        _remember(request, target)
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


def _key(target: Post | Comment) -> str:
    return f"{type(target).__name__.lower()}/{target.pk}"


def _remember(request: MemberRequest, target: Post | Comment) -> None:
    """In the session: of what is not taken from who is muted, the database knows nothing."""
    known = [one for one in request.session.get(REPORTED, []) if one != _key(target)]
    request.session[REPORTED] = [*known, _key(target)][-REMEMBERED:]


def _waits(request: MemberRequest, board: Board, target: Post | Comment) -> bool:
    """Whether they reported it and wait for an answer; alike for who is muted, and never learns."""
    if _key(target) not in request.session.get(REPORTED, []):
        return False
    return not is_answered(request.user, board, target)


def _thank(request: MemberRequest) -> None:
    messages.success(
        request, _("Thank you. The moderators will look at it; your inbox tells what came of it.")
    )
