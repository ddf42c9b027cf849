"""Who looks after boards: appointing, and what happens when the last one goes."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Member
from boards import actions as boards
from boards.models import Ban, Board, Moderator, Power
from boards.policy import (
    may_change_office,
    may_make_owners,
    office_of,
    powers_to_give,
    rank_over_offices,
)
from discussions.actions import access
from discussions.locks import lock_board
from inbox import actions as inbox
from moderation import letters
from moderation.actions import log, refusals
from moderation.actions.accounts import tried_again
from moderation.actions.log import By, Why
from moderation.actions.members import require_to_sign_in
from moderation.models import Act
from moderation.models.log import Verb

# What a new moderator is trusted with if nothing else is said; the columns have the same defaults.
USUAL = frozenset({Power.CONTENT, Power.MEMBERS})


@tried_again
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
    Raises PermissionDenied, for who may not give that (`powers_to_give`); ValidationError if
    the member can't sign in.
    """
    with transaction.atomic():
        board = lock_board(board.pk)
        by.require(board, Power.MODERATORS)
        require_to_sign_in(member)
        if by.actor is not None:
            _require_to_give(by.actor, member, board, owner=owner, powers=powers)
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


def _require_to_give(
    actor: Member, member: Member, board: Board, *, owner: bool, powers: Iterable[Power] | None
) -> None:
    if actor == member and not actor.is_superuser:
        raise PermissionDenied(_("Nobody gives an office to themselves."))
    own, there = office_of(actor, board), office_of(member, board)
    height, to_give = rank_over_offices(actor, own), powers_to_give(actor, own)
    kept = there.powers if there else set()
    if powers is None:
        powers = kept if there else USUAL
    if owner:
        too_high = not may_make_owners(height, to_give, board)
    else:
        too_high = not to_give or not set(powers) <= to_give | kept
    if too_high or (there and not may_change_office(there, height, to_give)):
        raise PermissionDenied(_("You can't give what only a higher rank may give."))


@tried_again
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
        if by.actor is not None and not own:
            mine = office_of(by.actor, board)
            height, to_give = rank_over_offices(by.actor, mine), powers_to_give(by.actor, mine)
            if not may_change_office(office, height, to_give):
                raise refusals.too_low()
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
