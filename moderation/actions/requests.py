"""Requests of members: to be let into a private board, and to look after one that nobody does."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import ApprovedMember, Ban, Board, Moderator, Power, powers_everywhere
from discussions.locks import lock_board
from moderation import letters
from moderation.actions import members, offices, refusals
from moderation.actions.accounts import tried_again
from moderation.actions.log import By
from moderation.models import BoardRequest, JoinRequest
from moderation.models.requests import Request


def request_to_join(*, member: Member, name: str, text: str = "") -> None:
    """Ask the moderators of the private board of this name to be let in.

    Nothing tells whether there is one, nor whether it was asked before: that would tell of it.
    """
    if not name.isprintable():  # PostgreSQL takes no NUL
        return
    board = Board.objects.named(name).filter(is_private=True).first()
    if board is None or _is_settled(member, board):
        return
    _once(JoinRequest(board=board, member=member, text=text))


def _is_settled(member: Member, board: Board) -> bool:
    """Whether a member is in already, or kept out."""
    own = {"board": board, "member": member}
    return (
        ApprovedMember.objects.filter(**own).exists()
        or Moderator.objects.filter(**own).exists()
        or Ban.objects.in_force().filter(**own).exists()
    )


def request_board(*, member: Member, board: Board, text: str = "") -> None:
    """Ask the staff to look after a board without moderators. Raises PermissionDenied."""
    if not board.is_orphaned:
        raise PermissionDenied(_("This board has its moderators."))
    if Ban.objects.in_force().filter(board=board, member=member).exists():
        raise PermissionDenied(_("You are banned from this board."))
    with transaction.atomic():
        made = _once(BoardRequest(board=board, member=member, text=text))
        if made is not None:
            letters.tell_staff_of_request(board=board, member=member, request_id=made.pk)


def _once(request: Request) -> Request | None:
    """Write a request down; None if the same waits already."""
    try:
        with transaction.atomic():
            if not Member.objects.hold(request.member_id):
                return None
            request.save(force_insert=True)
    except IntegrityError:
        return None
    return request


@tried_again
def decide(request: JoinRequest | BoardRequest, by: By, *, granted: bool) -> None:
    """Grant a request or not. Raises PermissionDenied; ValidationError if it is decided already.

    Who is not let into a private board is not told, since that would tell that there is one.
    """
    with transaction.atomic():
        # The board first, as everywhere (see discussions.locks).
        lock_board(request.board_id, whole=True)
        waiting = type(request).objects.select_for_update().filter(pk=request.pk).first()
        if waiting is None:  # it went with the account
            raise PermissionDenied(str(refusals.GONE_ACCOUNT))
        request = waiting
        board, member = request.board, request.member
        _require(request, by)
        if request.decided_at is not None:
            raise refusals.decided()
        if granted and isinstance(request, BoardRequest) and not board.is_orphaned:
            raise ValidationError(_("This board has its moderators."), code="looked_after")
        request.decided_at, request.decided_by, request.granted = timezone.now(), by.actor, granted
        request.save()
        to_join = isinstance(request, JoinRequest)
        if granted and to_join:
            members.let_in(member, board, by)
        elif granted:
            offices.appoint(member, board, by, owner=True)
        # Of an office that was given, offices.appoint tells.
        if granted == to_join:
            letters.tell_of_request(
                board=board,
                member_id=member.pk,
                granted=granted,
                to_join=to_join,
                request_id=request.pk,
            )


def _require(request: JoinRequest | BoardRequest, by: By) -> None:
    """Those who look after the members of a board let others in; the staff give boards away."""
    if isinstance(request, JoinRequest):
        by.require(request.board, Power.MEMBERS)
    elif by.actor is not None and Power.MODERATORS not in powers_everywhere(by.actor):
        raise PermissionDenied(_("The staff of the site decide this."))
