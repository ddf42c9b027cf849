"""Who looks after boards: appointing, and what happens when the last one goes."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Member
from boards import actions as boards
from boards.models import Ban, Board, Moderator, Power
from boards.policy import MODERATOR, OWNER, office_of, outranks, rank
from discussions.actions import access
from discussions.locks import lock_board
from inbox import actions as inbox
from moderation import letters
from moderation.actions import log
from moderation.actions.log import By, Why
from moderation.actions.members import require_to_sign_in
from moderation.models import Act
from moderation.models.log import Verb


def appoint(
    member: Member,
    board: Board,
    by: By,
    *,
    owner: bool = False,
    powers: Iterable[Power] | None = None,
) -> Act | None:
    """Make a member a moderator, with these powers (the usual ones if None), or an owner.

    Who is one already gets these powers, and keeps what else they are; None if they have all.
    Raises PermissionDenied, for who does not stand higher than what they give; ValidationError if
    the member can't sign in.
    """
    with transaction.atomic():
        board = lock_board(board.pk)
        by.require(board, Power.MODERATORS)
        require_to_sign_in(member)
        if by.actor is not None:
            is_one = Moderator.objects.filter(board=board, member=member).exists()
            too_high = rank(by.actor, board) <= (OWNER if owner else MODERATOR)
            if too_high or (is_one and not outranks(by.actor, member, board)):
                raise PermissionDenied(_("You can't give what only a higher rank may give."))
        new = boards.appoint(board=board, member=member, by=by.actor)
        office = Moderator.objects.get(board=board, member=member)
        before = _powers(office)
        office.is_owner = office.is_owner or owner
        if powers is not None:
            wanted = set(powers)
            for power in Power:
                setattr(office, power.value, power in wanted)
        if not new and _powers(office) == before:
            return None
        office.save()
        inbox.withdraw(letters.orphan_key(board))
        if new and member != by.actor:
            letters.tell_of_office(member, board)
        return log.write(Verb.APPOINT, by, board, member, Why(note=_as_note(office)))


def step_down(member: Member, board: Board, by: By) -> Act | None:
    """Take an office away, or let its holder lay it down; None if they hold none.

    Raises PermissionDenied, unless it is one's own or that of someone lower; ValidationError for
    the last moderator who can sign in, and then nothing is changed.
    """
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        office = office_of(member, board)
        own = by.actor == member
        if not own:
            by.require(board, Power.MODERATORS)
        if office is None:
            return None
        if not own:
            by.require_rank(member, board)
        # Written first: afterwards they have no role any more, and an heir may have been found.
        verb = Verb.RESIGN if own else Verb.STEP_DOWN
        act = log.write(verb, by, board, member, Why(note=_as_note(office)))
        if not access.step_down(board=board, member=member):
            raise ValidationError(_("Nobody else could look after the board."), code="last")
        inbox.withdraw(letters.office_key(board, member))
        return act


def _powers(office: Moderator) -> dict[str, bool]:
    return {"is_owner": office.is_owner} | {
        power.value: getattr(office, power.value) for power in Power
    }


def _as_note(office: Moderator) -> str:
    if office.is_owner:
        return "owner"
    return ", ".join(power.name.lower() for power in Power if office.may(power))


def keep_looked_after(boards_left: Iterable[Board]) -> None:
    """See to boards that a moderator has left, or who can't sign in any more.

    The longest in office becomes the owner of a board that has none left, but nobody who is banned
    from it; where nobody is left who can sign in, the staff are told, once.
    """
    with transaction.atomic():
        for board in lock_boards(boards_left):
            office = board.moderator_set.filter(member__is_active=True, member__imported=False)
            if not office.filter(is_owner=True).exists():
                _pass_to_heir(board, office)


def lock_boards(some: Iterable[Board]) -> list[Board]:
    """Those that are still there, as they are now: who leaves one of them waits for the other."""
    pks = [board.pk for board in some]
    return list(Board.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))


def _pass_to_heir(board: Board, office: QuerySet[Moderator]) -> None:
    banned = Ban.objects.in_force().filter(board=board, is_mute=False).values("member")
    heir = office.exclude(member__in=banned).order_by("appointed_at", "pk").first()
    if heir is None:
        letters.tell_staff_of_orphan(board)
        return
    heir.is_owner = True
    heir.save(update_fields=["is_owner"])
    by = By(source=Act.Source.SITE)
    log.write(Verb.APPOINT, by, board, heir.member, Why(note="owner: the last one left"))
