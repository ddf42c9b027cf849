"""Who reads a private board: letting members in, and dismissing them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from boards import actions as boards
from boards.models import Board, Power
from discussions.actions import access
from discussions.locks import lock_board
from moderation.actions import log
from moderation.actions.accounts import hold, tried_again
from moderation.actions.log import By, Why
from moderation.models import Act
from moderation.models.log import Verb


@tried_again
def let_in(member: Member, board: Board, by: By) -> Act | None:
    """Let a member read a board when it is private; None if they are in. Raises PermissionDenied.

    Also on a public board, which may become private. Raises ValidationError for who can't sign in.
    """
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        by.require(board, Power.MEMBERS)
        require_to_sign_in(member)
        if not boards.approve(board=board, member=member, by=by.actor):
            return None
        return log.write(Verb.LET_IN, by, board, member, Why())


def require_to_sign_in(member: Member) -> None:
    """Raises ValidationError for who can't, as they are now: no part of a board is for them.

    Else their account stays until the transaction ends. Raises PermissionDenied if it is gone.
    """
    hold(member)
    if not Member.objects.filter(pk=member.pk, is_active=True, imported=False).exists():
        raise ValidationError(_("%(member)s can't sign in.") % {"member": member}, code="shut_out")


@tried_again
def dismiss(member: Member, board: Board, by: By) -> Act | None:
    """Take that back, with their letters about a private board; None if they were not let in.

    Raises PermissionDenied for someone of equal or higher rank, but for oneself.
    """
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        by.require(board, Power.MEMBERS)
        if by.actor != member:
            by.require_rank(member, board)
        if not board.approved_set.filter(member=member).exists():
            return None
        access.dismiss(board=board, member=member)
        return log.write(Verb.DISMISS, by, board, member, Why())
