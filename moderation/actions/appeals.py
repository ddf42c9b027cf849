"""Members ask that an act be looked at again; another moderator decides."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power
from discussions.locks import lock_board
from discussions.models import Comment, Post
from moderation import letters
from moderation.actions import log, people, refusals
from moderation.actions.accounts import tried_again
from moderation.actions.log import By, Why
from moderation.actions.undo import undo
from moderation.deciders import is_appeal_left_to_staff
from moderation.models import Act, Appeal
from moderation.models.log import (
    APPEAL_MAX_LENGTH,
    APPEAL_WITHIN,
    APPEALABLE,
    FOLLOWS_PRIVATE,
    PRIVATE_VERBS,
    Verb,
)


def appeal_refusal(member: Member, act: Act) -> str:
    """Why a member may not appeal against an act, or ""."""
    if act.member_id != member.pk:
        return _("Only whom it concerns may appeal.")
    if act.verb not in APPEALABLE:
        return _("There is nothing to appeal against.")
    if Act.objects.filter(undoes=act).exists():
        return _("This was taken back.")
    if _is_over(act):
        return _("It is not in force any more.")
    if timezone.now() - act.at > APPEAL_WITHIN:
        return _("Appeals are taken for 14 days.")
    if Appeal.objects.filter(act=act).exists():
        return _("You have appealed already.")
    return ""


@tried_again
def appeal(*, member: Member, act: Act, text: str) -> Appeal:
    """Ask that an act be looked at again; once an act.

    Raises PermissionDenied; ValidationError for a text too long.
    """
    _require_length(text)
    with transaction.atomic():
        # Whoever takes the act back just now answers those who appealed, or comes first.
        try:
            board = lock_board(act.board_id)
        except Board.DoesNotExist:
            raise PermissionDenied(_("The board is gone.")) from None
        refusal = appeal_refusal(member, act)
        if refusal:
            raise PermissionDenied(refusal)
        made = Appeal.objects.create(act=act, board=board, member=member, text=text)
        if is_appeal_left_to_staff(made):
            letters.tell_staff_of_appeal(made)
        return made


@tried_again
def decide(
    appeal: Appeal,
    by: By,
    state: Appeal.State,
    *,
    answer: str = "",
    until: datetime | None = None,
) -> Appeal:
    """Uphold an act, take it back (overturn), or end a ban or mute earlier, at `until` (reduce).

    By another than who acted. Raises PermissionDenied; ValidationError if it is decided already,
    or the act can't be taken back any more.
    """
    _require_length(answer)
    with transaction.atomic():
        act = Act.objects.select_related("board", "member").get(pk=appeal.act_id)
        _require_other(act, by)
        # Not locked before what it is about (see discussions.locks): the first who writes wins.
        if not Appeal.objects.filter(pk=appeal.pk, state=Appeal.State.OPEN).exists():
            raise refusals.decided()
        _carry_out(act, by, state, answer, until)
        waiting = Appeal.objects.filter(pk=appeal.pk, state=Appeal.State.OPEN)
        now = timezone.now()
        if not waiting.update(state=state, answer=answer, decided_by=by.actor, decided_at=now):
            raise refusals.decided()
        appeal = Appeal.objects.select_related("board", "act").get(pk=appeal.pk)
        letters.tell_of_appeal(appeal, appeal.board)
        return appeal


def _require_length(text: str) -> None:
    if len(text) > APPEAL_MAX_LENGTH:
        said = _("At most %(count)d characters.") % {"count": APPEAL_MAX_LENGTH}
        raise ValidationError(said, code="max_length")


def _require_other(act: Act, by: By) -> None:
    power = Power.MEMBERS if act.verb in (Verb.WARN, Verb.MUTE, Verb.BAN) else Power.CONTENT
    by.require(act.board, power)
    if by.actor is not None and by.actor.pk in (act.actor_id, act.member_id):
        raise PermissionDenied(_("Another moderator, or the staff, must decide this: you acted."))


def _carry_out(act: Act, by: By, state: Appeal.State, answer: str, until: datetime | None) -> None:
    if state == Appeal.State.OVERTURNED:
        if act.verb == Verb.WARN or _is_over(act):  # nothing is left to take back
            log.write(Verb.OVERTURN, by, act.board, act.member, Why(reason=answer, undoes=act))
        else:
            undo(act, by, verb=Verb.OVERTURN, reason=answer)
    elif state == Appeal.State.REDUCED:
        _reduce(act, by, answer, until)
    elif state == Appeal.State.UPHELD:
        kept = {FOLLOWS_PRIVATE: True} if act.verb in PRIVATE_VERBS else {}
        log.write(Verb.UPHOLD, by, act.board, target_of(act), Why(reason=answer, before=kept))
    else:
        raise ValidationError(_("Say how the appeal is decided."), code="open")


def target_of(act: Act) -> Any:
    """What an act was about, as far as it is still there."""
    found: Any = None
    if not act.is_of_text:
        return act.member
    if act.post_id:
        found = Post.objects.filter(pk=act.post_id).first()
    else:
        found = Comment.objects.filter(pk=act.comment_id).first()
    return found or act.member


def _is_over(act: Act) -> bool:
    """Whether what an act did has ended in another way than by taking it back."""
    if act.verb == Verb.WARN:
        return False
    if act.verb in (Verb.MUTE, Verb.BAN):
        return act.member is not None and people.state(act.member, act.board) is None
    target = target_of(act)
    if not isinstance(target, Post | Comment):
        return False
    return (target.locked_at if act.verb == Verb.LOCK else target.removed_at) is None


def _reduce(act: Act, by: By, answer: str, until: datetime | None) -> None:
    """Shorten what is in force."""
    member: Any = act.member
    if act.verb not in (Verb.MUTE, Verb.BAN) or until is None:
        raise ValidationError(_("Only a ban or a mute can be made shorter."), code="not_a_ban")
    if until <= timezone.now() or (act.until is not None and until >= act.until):
        raise ValidationError(_("Name a moment before it ends, and not past."), code="not_shorter")
    board = lock_board(act.board_id, whole=True)
    people.require(member, board, by)
    before = people.state(member, board)
    if before is None or before != act.before["after"]["ban"]:
        raise ValidationError(_("Something else was done about it since."), code="changed")
    after = before | {"until": until.isoformat()}
    people.set_ban(member, board, after)
    why = log.changed(Why(reason=answer, until=until), {"ban": before}, {"ban": after})
    log.write(Verb.REDUCE, by, board, member, why)
