"""Taking acts back, one by one; see batches.py for all of a batch.

`refusals` says what can't be taken back by whom. What goes against its author or a member (a text
is removed, held or locked again, a ban is in force again) is that very act anew: it asks for the
rank, is told, and can be appealed against.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board
from discussions.locks import lock_board
from discussions.models import Comment, Post
from inbox import actions as inbox
from moderation import letters
from moderation.actions import answers, cases, content, log, people, ranks
from moderation.actions.accounts import tried_again
from moderation.actions.log import By, Why
from moderation.actions.refusals import taken_back as too_late
from moderation.models import Act, Appeal
from moderation.models.log import ANSWERS, Verb

Refusal = ValidationError | PermissionDenied


@tried_again
def undo(act: Act, by: By, *, verb: Verb = Verb.UNDO, reason: str = "") -> Act:
    """Make what an act changed as it was before, and write that down.

    Raises PermissionDenied; ValidationError if it was taken back already, if there is nothing to
    take back, or if what it changed was changed by something else since.
    """
    try:
        with transaction.atomic():
            return _undo(act, by, verb, reason)
    except IntegrityError:
        raise too_late() from None


def can_undo(acts: Iterable[Act]) -> list[Act]:
    """Those that changed something and were not taken back."""
    acts = [act for act in acts if act.verb not in ANSWERS]
    acts = [act for act in acts if act.before.get("before") or "case" in act.before]
    undone = set(Act.objects.filter(undoes__in=acts).values_list("undoes", flat=True))
    return [act for act in acts if act.pk not in undone]


def refusals(acts: Sequence[Act], board: Board, by: By) -> dict[int, Refusal]:
    """Why someone can't take back acts on a board, by the ids of those that they can't."""
    mine = ranks.height(by, board)
    appeals = Appeal.objects.filter(act__in=acts).exclude(state=Appeal.State.OPEN)
    settled = set(appeals.values_list("act", flat=True))
    found: dict[int, Refusal] = {}
    for act in acts:
        if act.verb in ANSWERS:
            said = _("This is an answer itself. Do what you want anew, with a reason.")
            found[act.pk] = ValidationError(said, code="answer")
        elif act.pk in settled:
            said = _("An appeal decided this. Do what you want anew, with a reason.")
            found[act.pk] = ValidationError(said, code="settled")
        elif said := ranks.refusal(act, by, mine):
            found[act.pk] = PermissionDenied(said)
    return found


def _undo(act: Act, by: By, verb: Verb, reason: str) -> Act:
    act = Act.objects.select_related("board", "member").get(pk=act.pk)
    by_appeal = verb == Verb.OVERTURN
    if not by_appeal and (refused := refusals([act], act.board, by)):
        raise refused[act.pk]
    why = Why(reason=reason, undoes=act)
    done = (
        _undo_ban(act, by, verb, why) if "ban" in _before(act) else _undo_change(act, by, verb, why)
    )
    if not by_appeal:
        if act.verb == Verb.HOLD and "case" not in act.before:
            cases.unhold(act.board, _target(act))
        inbox.withdraw(letters.act_key(act))
        answers.of_acts([act.pk], by)
    return done


def _before(act: Act) -> dict[str, Any]:
    found: dict[str, Any] = act.before.get("before", {})
    return found


def _undo_ban(act: Act, by: By, verb: Verb, why: Why) -> Act:
    if act.member is None:
        raise _gone()
    board = lock_board(act.board_id, whole=True)
    people.require(act.member, board, by)
    _require_open(act)
    before, after = _before(act), act.before["after"]
    if people.state(act.member, board) != after["ban"]:
        raise _changed_since()
    kept = before["ban"]
    harsher = people.severity(kept) > people.severity(after["ban"])
    if harsher and verb == Verb.UNDO:
        verb = Verb.MUTE if kept["is_mute"] else Verb.BAN
        until = kept["until"] and datetime.fromisoformat(kept["until"])
        why = replace(why, reason=why.reason or kept["reason"], until=until)
    if verb != Verb.OVERTURN and "case" in act.before:
        cases.reopen(act.before["case"], by)
    people.set_ban(act.member, board, kept, subscribed=before.get("subscribed", False))
    done = log.write(verb, by, board, act.member, log.changed(why, after, before))
    is_free = verb == Verb.UNDO and kept is None
    if verb in (Verb.BAN, Verb.MUTE) or is_free:
        letters.tell_of_act(done, board)
    if kept is None:
        answers.of_ban(act, by, but=act)
    return done


def _undo_change(act: Act, by: By, verb: Verb, why: Why) -> Act:
    target = _target(act)
    _require_open(act)
    if not _before(act) and "case" not in act.before:
        raise ValidationError(_("There is nothing to take back."), code="nothing")
    if isinstance(target, Member):
        lock_board(act.board_id)
        people.require(target, act.board, by)
    elif not is_as_left(target, act.before["after"]):
        raise _changed_since()
    if verb == Verb.UNDO and "case" in act.before:
        cases.reopen(act.before["case"], by)
    if isinstance(target, Member):
        return log.write(verb, by, act.board, target, why)
    before = columns(_before(act))
    if verb == Verb.UNDO:
        verb = _verb_of(target, before)
    if verb in content.AGAINST and not why.reason:
        why = replace(why, reason=_reason_before(act, verb))
    done = content.change(target, by, verb, before, why)
    if done is None:
        raise _changed_since()
    return done


def _verb_of(target: Post | Comment, before: dict[str, Any]) -> Verb:
    """What it is to make a text as it was before."""
    if before.get("removed_at") and target.removed_at is None:
        return Verb.HOLD if before["is_held"] else Verb.REMOVE
    if before.get("locked_at") and target.locked_at is None:
        return Verb.LOCK
    return Verb.UNDO


def _reason_before(act: Act, verb: Verb) -> str:
    """The reason that was given for what is done again."""
    verbs = (Verb.REMOVE, Verb.SPAM) if verb == Verb.REMOVE else (verb,)
    acts = Act.objects.filter(pk__lt=act.pk, verb__in=verbs)
    acts = acts.filter(post=act.post_id) if act.post_id else acts.filter(comment=act.comment_id)
    found = acts.order_by("-pk").values_list("reason", flat=True).first()
    return found or ""


def _require_open(act: Act) -> None:
    """Once what it was done to is locked."""
    if Act.objects.filter(undoes=act).exists():
        raise too_late()


def _target(act: Act) -> Post | Comment | Member:
    """What an act was about; a text locked and as it is now."""
    if not act.is_of_text:
        if act.member is None:
            raise _gone()
        member: Member = act.member
        return member
    model: Any = Post if act.post_id else Comment
    key = act.post_id or act.comment_id
    found = model.objects.filter(pk=key).first()
    if found is None:
        raise _gone()
    locked: Post | Comment = content.lock(found)
    return locked


def is_as_left(target: Post | Comment, after: dict[str, Any]) -> bool:
    """Whether a text is as an act left it; whoever did it may have no account any more."""
    now = log.as_json({name: getattr(target, name) for name in after})
    return all(now[name] == after[name] for name in after if name != "removed_by_id")


def columns(kept: dict[str, Any]) -> dict[str, Any]:
    """Values from the log as the columns take them."""
    found = {name: _value(name, value) for name, value in kept.items()}
    remover = found.get("removed_by_id")
    if remover is not None and not Member.objects.filter(pk=remover).exists():
        found["removed_by_id"] = None
    return found


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str) and (name.endswith("_at") or name == "pinned_until"):
        return datetime.fromisoformat(value)
    return value


def _gone() -> ValidationError:
    return ValidationError(_("What this was done to is gone."), code="gone")


def _changed_since() -> ValidationError:
    return ValidationError(
        _("Something else was done about it since, so this can't be taken back."), code="changed"
    )
