"""What moderators do about members of a board."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.actions import subscribe
from boards.models import Ban, Board, Power, Subscription
from discussions.actions.access import shut_out_outsiders
from discussions.locks import lock_board
from discussions.models import Comment, Post
from moderation import letters
from moderation.actions import answers, cases, log, ranks
from moderation.actions.accounts import hold, tried_again
from moderation.actions.log import By, Why
from moderation.models import Act, Case, Note
from moderation.models.desk import target_field
from moderation.models.log import Verb
from moderation.standing import ban_told

# A form sent again within this time is the same form.
DOUBLE_CLICK = timedelta(seconds=30)
FOR_GOOD = datetime.max.replace(tzinfo=UTC)


@tried_again
def warn(
    member: Member,
    board: Board,
    by: By,
    *,
    reason: str,
    because: Post | Comment | None = None,
    case: Case | None = None,
) -> Act:
    """Tell a member what they did wrong; nothing else follows.

    `because`, here and below: of which text of theirs, that the act then keeps as it is now.
    `case`: see actions.content.remove.
    """
    with transaction.atomic():
        # As a whole, so that a double click is seen.
        lock_board(board.pk, whole=True)
        require(member, board, by)
        why = Why(reason=reason, because=_now(because))
        if before := _just_done(Verb.WARN, member, board, by, why):
            return before
        return _decide(Verb.WARN, member, board, by, why, case)


@tried_again
def ban(
    member: Member,
    board: Board,
    by: By,
    *,
    until: datetime | None = None,
    mute: bool = False,
    reason: str = "",
    note: str = "",
    sooner: bool = False,
    because: Post | Comment | None = None,
    texts: int = 0,
    case: Case | None = None,
) -> Act:
    """Keep a member out of a board (`mute`: from writing there) until a moment, or for good.

    In place of a ban that there may be already, which ends earlier by it only if it shall
    (`sooner`). `texts`: how many of theirs go with it, for the letter.
    Raises PermissionDenied; ValidationError if the moment is past or too early.
    """
    if until is not None and until <= timezone.now():
        raise ValidationError(_("That moment is past."), code="past")
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        require(member, board, by)
        before = state(member, board)
        if severity(before)[0]:
            ranks.require_to_change_ban(member, board, by)
        subscribed = Subscription.objects.filter(board=board, member=member).exists()
        after = {"is_mute": mute, "until": until and until.isoformat(), "reason": reason}
        verb = Verb.MUTE if mute else Verb.BAN
        done = _just_done(verb, member, board, by, Why(reason=reason))
        if done and before and before["is_mute"] == mute and _same(done.until, until):
            return done
        if not sooner:
            _require_no_sooner(before, until, mute=mute)
        set_ban(member, board, after)
        why = log.changed(
            Why(reason=reason, note=note, until=until, because=_now(because)),
            {"ban": before, "subscribed": subscribed},
            {"ban": after},
        )
        return _decide(verb, member, board, by, why, case, texts)


def lift(member: Member, board: Board, by: By, *, reason: str = "") -> Act | None:
    """End a ban or a mute; None if there is none."""
    with transaction.atomic():
        board = lock_board(board.pk, whole=True)
        require(member, board, by)
        before = state(member, board)
        if before is None:
            return None
        if severity(before)[0]:
            ranks.require_to_change_ban(member, board, by)
        set_ban(member, board, None)
        why = log.changed(Why(reason=reason), {"ban": before}, {"ban": None})
        act = log.write(Verb.LIFT, by, board, member, why)
        letters.tell_of_act(act, board)
        answers.of_ban(act, by, but=None)
        return act


def note(member: Member, board: Board, by: By, *, text: str, about: str = "") -> Note:
    """Write down for the other moderators what they should know of a member.

    `about`: the key of the text for which a rule wrote it.
    """
    with transaction.atomic():
        by.require(board, Power.CONTENT)
        hold(member)
        kept = {"about": about} if about else {}
        log.write(Verb.NOTE, by, board, member, Why(note=text, before=kept))
        return Note.objects.create(board=board, member=member, author=by.actor, text=text)


def approve(member: Member, board: Board, by: By, *, case: Case | None = None) -> Act | None:
    """Find nothing wrong with a member: the reports are answered; None if there are none."""
    with transaction.atomic():
        lock_board(board.pk)
        by.require(board, Power.MEMBERS)
        found = cases.find(board, member, by, case, in_favour=True)
        if found is None:
            return None
        closed = cases.close(board, member, by, approved=True, case=found)
        act = log.write(Verb.APPROVE, by, board, member, log.changed(Why(), {}, {}, case=closed))
        cases.tell(found)
        return act


def set_ban(
    member: Member, board: Board, kept: dict[str, Any] | None, *, subscribed: bool = False
) -> None:
    """Make a ban what an act says it is; the board is locked as a whole by the caller.

    Whoever may not read the board any more loses letters and subscription; who was `subscribed`
    before a ban that is taken back is so again.
    """
    Ban.objects.filter(board=board, member=member).delete()
    if kept is None:
        if subscribed and board.readers().filter(pk=member.pk).exists():
            subscribe(member=member, board=board)
        return
    until = kept["until"] and datetime.fromisoformat(kept["until"])
    Ban.objects.create(
        board=board, member=member, until=until, is_mute=kept["is_mute"], reason=kept["reason"]
    )
    shut_out_outsiders(board)


def state(member: Member, board: Board) -> dict[str, Any] | None:
    """The ban of a member as an act keeps it."""
    found = Ban.objects.filter(board=board, member=member).first()
    return None if found is None else kept_of(found)


def _now(text: Post | Comment | None) -> Any:
    """A text as it is, for what is kept of it; None if it was purged meanwhile."""
    return text and type(text)._default_manager.filter(pk=text.pk).first()


def kept_of(ban: Ban) -> dict[str, Any]:
    until = ban.until and ban.until.isoformat()
    return {"is_mute": ban.is_mute, "until": until, "reason": ban.reason}


def severity(kept: dict[str, Any] | None) -> tuple[int, datetime]:
    """How hard a ban is at this moment, to compare with another: a ban, a mute, or none."""
    now = timezone.now()
    if kept is None:
        return 0, now
    until = datetime.fromisoformat(kept["until"]) if kept["until"] else FOR_GOOD
    return (0, now) if until <= now else (1 if kept["is_mute"] else 2, until)


def _require_no_sooner(kept: dict[str, Any] | None, until: datetime | None, *, mute: bool) -> None:
    """Raises ValidationError if what is in force would end before its time."""
    strength, ends = severity(kept)
    if not kept or not strength:
        return
    if (not mute or kept["is_mute"]) and (until is None or until > ends - DOUBLE_CLICK):
        return
    told = ban_told(is_mute=kept["is_mute"], until=ends if kept["until"] else None)
    said = _(
        "They are %(ban)s, which this would end sooner. Lift that first, or choose “end it sooner”."
    )
    raise ValidationError(said % {"ban": told}, code="shorter")


def _just_done(verb: Verb, member: Member, board: Board, by: By, why: Why) -> Act | None:
    """The same act by the same moderator a moment ago, as by a double click."""
    acts = Act.objects.filter(board=board, member=member, verb=verb, actor=by.actor)
    acts = acts.filter(reason=why.reason, at__gte=timezone.now() - DOUBLE_CLICK, undone_by=None)
    if why.because is not None:
        acts = acts.filter(**{target_field(why.because): why.because})
    return acts.order_by("-pk").first()


def _same(one: datetime | None, other: datetime | None) -> bool:
    """Whether two ends of a ban are the same, but for the moment between two clicks."""
    if one is None or other is None:
        return one is other
    return abs(one - other) < DOUBLE_CLICK


def require(member: Member | None, board: Board, by: By) -> None:
    """Raises PermissionDenied unless they may act on this member of the board."""
    by.require(board, Power.MEMBERS)
    by.require_rank(member, board)
    if member is not None:
        hold(member)


def _decide(
    verb: Verb, member: Member, board: Board, by: By, why: Why, case: Case | None, texts: int = 0
) -> Act:
    """Write an act about a member down, which decides the case about them."""
    found = cases.find(board, member, by, case)
    closed = cases.close(board, member, by, approved=False, case=found)
    if closed is not None:
        why = log.changed(
            why, why.before.get("before", {}), why.before.get("after", {}), case=closed
        )
    act = log.write(verb, by, board, member, why)
    if closed is not None:
        cases.tell(closed)
    letters.tell_of_act(act, board, texts=texts)
    return act
