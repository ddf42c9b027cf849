"""Asking to join a private board, or to look after one that nobody does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import MemberRequest, member_required
from accounts.pages import form_page
from boards.shortcuts import get_board
from moderation.actions.requests import request_board, request_to_join
from moderation.forms import JoinForm


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def join(request: MemberRequest) -> HttpResponse:
    """Name a private board to its moderators' eyes alone: the answer is always the same."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        request_to_join(member=request.user, **form.cleaned_data)
        messages.success(
            request, _("If there is such a private board, its moderators have your request.")
        )
        return redirect("boards:directory")
    return form_page(
        request,
        form,
        heading=_("Ask to join a private board"),
        intro=_("Type its name as you were told it. You get a letter when you are let in."),
    )


@require_POST
@member_required
def adopt(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_board(request, board_name)
    request_board(member=request.user, board=board)
    messages.success(request, _("The staff have your request; your inbox will tell you."))
    return redirect("boards:about", board.name)
