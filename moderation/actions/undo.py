"""Taking acts back, one by one; see batches.py for all of a batch."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from discussions.locks import lock_board
from discussions.models import Comment, Post
from inbox import actions as inbox
from moderation import letters
from moderation.actions import cases, content, log, people
from moderation.actions.log import By, Why
from moderation.models import Act, Appeal
from moderation.models.log import Verb


def undo(act: Act, by: By, *, verb: Verb = Verb.UNDO, reason: str = "") -> Act:
    """Make what an act changed as it was before, and write that down.

    Raises PermissionDenied; ValidationError if it was taken back already, if there is nothing to
    take back, or if what it changed was changed by something else since.
    """
    try:
        with transaction.atomic():
            return _undo(act, by, verb, reason)
    except IntegrityError:
        raise ValidationError(_("This was taken back already."), code="taken_back") from None


def can_undo(acts: Iterable[Act]) -> list[Act]:
    """Those that changed something and were not taken back."""
    acts = [act for act in acts if act.before.get("before") or "case" in act.before]
    undone = set(Act.objects.filter(undoes__in=acts).values_list("undoes", flat=True))
    return [act for act in acts if act.pk not in undone]


def _undo(act: Act, by: By, verb: Verb, reason: str) -> Act:
    act = Act.objects.select_related("board", "member").get(pk=act.pk)
    why = Why(reason=reason, undoes=act)
    done = (
        _undo_ban(act, by, verb, why) if "ban" in _before(act) else _undo_change(act, by, verb, why)
    )
    if verb == Verb.UNDO:
        if "case" in act.before:
            cases.reopen(act.before["case"], by)
        elif act.verb == Verb.HOLD:
            cases.unhold(act.board, _target(act))
        inbox.withdraw(letters.act_key(act))
        _answer_appeal(act, by)
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
    people.set_ban(act.member, board, before["ban"], subscribed=before.get("subscribed", False))
    return log.write(verb, by, board, act.member, log.changed(why, after, before))


def _undo_change(act: Act, by: By, verb: Verb, why: Why) -> Act:
    target = _target(act)
    _require_open(act)
    if not _before(act) and "case" not in act.before:
        raise ValidationError(_("There is nothing to take back."), code="nothing")
    if isinstance(target, Member):
        lock_board(act.board_id)
        people.require(target, act.board, by)
        return log.write(verb, by, act.board, target, why)
    after = act.before["after"]
    if not is_as_left(target, after):
        raise _changed_since()
    done = content.change(target, by, verb, columns(_before(act)), why)
    if done is None:
        raise _changed_since()
    return done


def _require_open(act: Act) -> None:
    """Once what it was done to is locked."""
    if Act.objects.filter(undoes=act).exists():
        raise ValidationError(_("This was taken back already."), code="taken_back")


def _target(act: Act) -> Post | Comment | Member:
    """What an act was about; a text locked and as it is now."""
    model: Any = Post if act.post_id else Comment
    key = act.post_id or act.comment_id
    if key is None:
        if act.member is None:
            raise _gone()
        member: Member = act.member
        return member
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


def _answer_appeal(act: Act, by: By) -> None:
    """An appeal that waits has what it asks for."""
    waiting = Appeal.objects.filter(act=act, state=Appeal.State.OPEN).select_related("board")
    for appeal in waiting:
        appeal.state, appeal.decided_by = Appeal.State.OVERTURNED, by.actor
        appeal.decided_at = timezone.now()
        appeal.save()
        letters.tell_of_appeal(appeal, appeal.board)


def _gone() -> ValidationError:
    return ValidationError(_("What this was done to is gone."), code="gone")


def _changed_since() -> ValidationError:
    return ValidationError(
        _("Something else was done about it since, so this can't be taken back."), code="changed"
    )
