"""What moderators change about a board: its words, who reads it, who looks after it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.pages import UNPROCESSABLE, form_page
from boards import actions as boards
from boards.models import Board
from boards.shortcuts import get_moderated_board, to_right_case
from discussions.actions import access
from discussions.forms.board_settings import (
    AppointForm,
    ApproveForm,
    BoardSettingsForm,
    MemberForm,
)
from paging import keyset_page

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def edit(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    if request.method != "POST" and board.name != board_name:
        return to_right_case(request, board)
    form = BoardSettingsForm(request.POST if request.method == "POST" else None, instance=board)
    if form.is_valid():
        access.change_board(board=board, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(board)
    heading = _("Edit b/%(board)s") % {"board": board}
    template = "discussions/board_settings.html"
    return form_page(request, form, heading=heading, template=template, board=board)


@require_safe
@member_required
def members(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    if board.name != board_name:
        return to_right_case(request, board)
    return _members_page(request, board)


def _members_page(
    request: MemberRequest, board: Board, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """Who looks after a board and who was let in, with the forms that change it."""
    context = {
        "board": board,
        "moderators": list(board.moderator_set.in_order()),
        "approved": keyset_page(
            board.approved_set.select_related("member", "approved_by"),
            column="approved_at",
            after=request.GET.get("after", ""),
            size=PAGE_SIZE,
        ),
        "appoint_form": AppointForm(board),
        "approve_form": ApproveForm(board),
    }
    return render(request, "discussions/board_members.html", context | forms, status=status)


def _back(board: Board) -> HttpResponse:
    return redirect("discussions:board-members", board.name)


@require_POST
@member_required
def appoint(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    form = AppointForm(board, request.POST)
    if not form.is_valid():
        return _members_page(request, board, status=UNPROCESSABLE, appoint_form=form)
    boards.appoint(board=board, member=form.member, by=request.user)
    messages.success(request, _("%(member)s is a moderator now.") % {"member": form.member})
    return _back(board)


@require_POST
@member_required
def step_down(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    if not board.viewer_moderates:
        # Staff, who look after it without being its moderators.
        return _back(board)
    if not access.step_down(board=board, member=request.user):
        messages.error(request, _("You are the last moderator. Appoint another one first."))
        return _members_page(request, board, status=UNPROCESSABLE)
    messages.success(request, _("You no longer look after b/%(board)s.") % {"board": board})
    still_reads = Board.objects.visible_to(request.user).filter(pk=board.pk).exists()
    return redirect(board if still_reads else "boards:directory")


@require_POST
@member_required
def approve(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    form = ApproveForm(board, request.POST)
    if not form.is_valid():
        return _members_page(request, board, status=UNPROCESSABLE, approve_form=form)
    boards.approve(board=board, member=form.member, by=request.user)
    messages.success(request, _("%(member)s is approved.") % {"member": form.member})
    return _back(board)


@require_POST
@member_required
def dismiss(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("There is no member of this name."))
    access.dismiss(board=board, member=form.member)
    messages.success(request, _("%(member)s is no longer approved.") % {"member": form.member})
    return _back(board)
