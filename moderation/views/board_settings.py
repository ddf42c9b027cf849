"""What moderators change about a board: its words, who reads it, who looks after it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.models import Member
from accounts.pages import UNPROCESSABLE, form_page
from boards.models import Ban, Board, Moderator, Power, powers_everywhere
from boards.policy import (
    MEMBER,
    may,
    may_change_office,
    may_make_owners,
    powers_to_give,
    rank_over_offices,
)
from boards.shortcuts import get_moderated_board, to_right_case
from moderation.actions import members as membership
from moderation.actions import offers, offices, people, settings
from moderation.actions.log import By
from moderation.forms import ApproveForm, BoardSettingsForm, MemberForm, OfficeForm
from moderation.standing import of_bans
from moderation.views.before import say
from paging import keyset_page

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def edit(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    if not may(request.user, board, Power.SETTINGS):
        raise PermissionDenied(_("Only moderators who are trusted with the settings may do this."))
    if request.method != "POST" and board.name != board_name:
        return to_right_case(request, board)
    form = BoardSettingsForm(request.POST if request.method == "POST" else None, instance=board)
    if form.is_valid():
        settings.change_board(board, By(request.user), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(board)
    heading = _("Edit b/%(board)s") % {"board": board}
    template = "moderation/board_settings.html"
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
    moderators = list(board.moderator_set.in_order())
    trusted = _trusted(request.user, moderators)
    height = _height(request.user, moderators)
    to_give = powers_to_give(request.user, _office(request.user, moderators))
    in_force = board.bans.in_force().select_related("member").order_by("-pk")[:PAGE_SIZE]
    bans = list(of_bans(in_force).values())
    may_members = Power.MEMBERS in trusted
    context = {
        "board": board,
        "moderators": [_row(office, height, to_give) for office in moderators],
        "approved": keyset_page(
            board.approved_set.select_related("member", "approved_by"),
            column="approved_at",
            after=request.GET.get("after", ""),
            size=PAGE_SIZE,
        ),
        "appoint_form": _office_form(board, height, to_give),
        "approve_form": ApproveForm(board),
        "bans": bans,
        "liftable": offers.liftable(request.user, board, bans) if bans and may_members else set(),
        "may_appoint": height > MEMBER and bool(to_give),
        "may_members": may_members,
        "may_settings": Power.SETTINGS in trusted,
    }
    return render(request, "moderation/board_members.html", context | forms, status=status)


def _office(viewer: Member, moderators: Iterable[Moderator]) -> Moderator | None:
    return next((office for office in moderators if office.member_id == viewer.pk), None)


def _trusted(viewer: Member, moderators: Iterable[Moderator]) -> set[Power]:
    """What the viewer may do, of whom `moderators` are the board's; `may` would ask each time."""
    office = _office(viewer, moderators)
    there = {power for power in Power if office and office.may(power)}
    return there | powers_everywhere(viewer)


def _height(viewer: Member, moderators: Iterable[Moderator]) -> int:
    """How high the viewer stands among them; below all without the power over moderators."""
    office = _office(viewer, moderators)
    if Power.MODERATORS not in _trusted(viewer, moderators):
        return MEMBER
    return rank_over_offices(viewer, office)


def _powers_of(name: str, moderators: Iterable[Moderator]) -> set[Power]:
    """What the moderator of this name has: that may stay, whoever changes the rest."""
    named = (office for office in moderators if office.member.username.lower() == name.lower())
    return next((office.powers for office in named), set())


def _row(office: Moderator, height: int, to_give: set[Power]) -> dict[str, Any]:
    """A moderator, and the form that changes their office for who may."""
    form = None
    if height > MEMBER and may_change_office(office, height, to_give):
        owners = may_make_owners(height, to_give, office.board)
        choices = to_give | office.powers
        form = OfficeForm(office.board, to_give=choices, gives_boards=owners, office=office)
    return {
        "name": office.member.username,
        "office": office,
        "trusted": [power.label for power in Power if power in office.powers],
        "form": form,
    }


def _office_form(board: Board, height: int, to_give: set[Power], data: Any = None) -> OfficeForm:
    owners = may_make_owners(height, to_give, board)
    return OfficeForm(board, data, to_give=to_give, gives_boards=owners)


def _back(board: Board) -> HttpResponse:
    return redirect("moderation:board-members", board.name)


@require_POST
@member_required
def appoint(request: MemberRequest, board_name: str) -> HttpResponse:
    """Make somebody a moderator, or change what one is trusted with."""
    board = get_moderated_board(request, board_name)
    moderators = list(board.moderator_set.in_order())
    height = _height(request.user, moderators)
    if height == MEMBER:
        raise PermissionDenied(_("Only moderators who are trusted with moderators may do this."))
    to_give = powers_to_give(request.user, _office(request.user, moderators))
    to_give |= _powers_of(request.POST.get("username", ""), moderators)
    form = _office_form(board, height, to_give, request.POST)
    if board.viewer_moderates:
        form.others_than(request.user)
    if not _carried_out(
        form, lambda: offices.appoint(form.member, board, By(request.user), **form.wanted)
    ):
        return _members_page(request, board, status=UNPROCESSABLE, appoint_form=form)
    messages.success(request, _("%(member)s is a moderator now.") % {"member": form.member})
    if Ban.objects.in_force().filter(board=board, member=form.member).exists():
        told = _("%(member)s is banned or muted here, and can't do much until that is lifted.")
        messages.warning(request, told % {"member": form.member})
    return _back(board)


@require_POST
@member_required
def step_down(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    if not board.viewer_moderates:
        # Staff, who look after it without being its moderators.
        return _back(board)
    try:
        offices.step_down(request.user, board, By(request.user))
    except ValidationError:
        messages.error(request, _("You are the last moderator. Appoint another one first."))
        return _members_page(request, board, status=UNPROCESSABLE)
    messages.success(request, _("You no longer look after b/%(board)s.") % {"board": board})
    still_reads = Board.objects.visible_to(request.user).filter(pk=board.pk).exists()
    return redirect(board if still_reads else "boards:directory")


@require_POST
@member_required
def take_off(request: MemberRequest, board_name: str) -> HttpResponse:
    """Take another moderator's office away."""
    board = get_moderated_board(request, board_name)
    member = _named(request)
    if member == request.user:
        raise BadRequest(_("To lay down your own office, step down."))
    try:
        offices.step_down(member, board, By(request.user))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return _members_page(request, board, status=UNPROCESSABLE)
    messages.success(request, _("%(member)s is no longer a moderator.") % {"member": member})
    return _back(board)


@require_POST
@member_required
def approve(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    form = ApproveForm(board, request.POST)
    if not _carried_out(form, lambda: membership.let_in(form.member, board, By(request.user))):
        return _members_page(request, board, status=UNPROCESSABLE, approve_form=form)
    messages.success(request, _("%(member)s is approved.") % {"member": form.member})
    return _back(board)


@require_POST
@member_required
def dismiss(request: MemberRequest, board_name: str) -> HttpResponse:
    board = get_moderated_board(request, board_name)
    member = _named(request)
    membership.dismiss(member, board, By(request.user))
    messages.success(request, _("%(member)s is no longer approved.") % {"member": member})
    return _back(board)


@require_POST
@member_required
def lift(request: MemberRequest, board_name: str) -> HttpResponse:
    """End a ban or a mute; twice is once."""
    board = get_moderated_board(request, board_name)
    member = _named(request)
    act = people.lift(member, board, By(request.user))
    say(request, _("%(member)s is no longer banned or muted.") % {"member": member}, act)
    return _back(board)


def _carried_out(form: MemberForm, do: Callable[[], Any]) -> bool:
    """Whether a form is right and what it asks for was done; else its errors say why not."""
    if not form.is_valid():
        return False
    try:
        do()
    except ValidationError as error:
        form.add_error("username", error)
        return False
    return True


def _named(request: MemberRequest) -> Member:
    """The member whom a button names."""
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("There is no member of this name."))
    return form.member
