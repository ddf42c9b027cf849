"""Deciding cases of the review queue: each by one moderator, many at once as one batch."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Ban
from discussions.locks import lock_board
from discussions.models import Comment, Post
from moderation import letters
from moderation.actions import appeals, batches, cases, content, log, people, refusals
from moderation.actions.accounts import tried_again
from moderation.actions.log import By, Why
from moderation.models import Act, Appeal, Case, Note
from moderation.models.log import ABOUT_MEMBERS, Verb


@dataclass(frozen=True)
class Wishes:
    """What a moderator adds to what they do."""

    reason: str = ""
    note: str = ""
    until: datetime | None = None
    # How long that is; None for good.
    days: int | None = None
    # Than a ban in force ends.
    sooner: bool = False
    # To whoever appeals.
    answer: str = ""
    # What went with a ban that is taken back on appeal.
    bring_back: bool = False


@tried_again
def decide(case: Case, by: By, deed: str, wishes: Wishes) -> None:
    """Do something about a case that is open, with nobody else at it meanwhile.

    Raises ValidationError if somebody else decided it, or it can't be done to such a target;
    PermissionDenied.
    """
    with transaction.atomic():
        _lock(case, deed)
        still = Case.objects.open().filter(pk=case.pk).select_for_update(of=("self",)).first()
        if still is None:
            raise ValidationError(who_did(case), code="decided")
        case = Case.objects.with_targets().get(pk=case.pk)
        cases.require_other(case, by)
        if deed not in ("note", "pass_on"):
            cases.require_to_decide(case, by)
        if deed in RANKED:
            _require_rank(case, by)
        DEEDS[deed](case, by, wishes)


def sweep(case: Case, by: By, wishes: Wishes) -> None:
    """Ban whom a case is about and remove all that they wrote on its board, in one batch.

    Raises as `decide` does. Not one transaction: see batches.py.
    """
    author = _author(case)
    if not Case.objects.open().filter(pk=case.pk).exists():
        if _swept(case, by, author):
            return
        raise ValidationError(who_did(case), code="decided")
    cases.require_other(case, by)
    _require_rank(case, by)
    batches.ban_and_remove(
        author, case.board, by,
        until=wishes.until, reason=wishes.reason, sooner=wishes.sooner, because=case.content,
    )  # fmt: skip
    # What was off the board already, as held texts are, is no part of that.
    if Case.objects.open().filter(pk=case.pk).exists():
        decide(case, by, "spam", wishes)


def _swept(case: Case, by: By, author: Member) -> bool:
    """Whether the same batch decided it already, by another case of the same author."""
    acts = Act.objects.filter(batch=by.batch, board=case.board, member=author, verb=Verb.BAN)
    return by.batch is not None and acts.exists()


def decide_appeal(appeal: Appeal, by: By, state: Appeal.State, wishes: Wishes) -> int:
    """Decide an appeal; how many texts that went with a ban it brings back, if it shall.

    Raises as appeals.decide does. The texts follow set by set: see batches.py.
    """
    appeal = appeals.decide(appeal, by, state, answer=wishes.answer, until=wishes.until)
    if state != Appeal.State.OVERTURNED or not wishes.bring_back:
        return 0
    texts = 0
    # Who may not decide about texts leaves them to others.
    with suppress(PermissionDenied):
        texts = batches.bring_back(appeal.act, by)
    if texts:
        letters.tell_of_appeal(appeal, appeal.board, texts=texts)
    return texts


def extend(ban: Ban, by: By, *, longer: timedelta | None, reason: str = "") -> Act:
    """Let a ban or a mute end so much later, or never (None).

    Raises PermissionDenied; ValidationError if it was changed or has ended meanwhile.
    """
    with transaction.atomic():
        board = lock_board(ban.board_id, whole=True)
        now = Ban.objects.in_force().select_related("member").filter(pk=ban.pk).first()
        if now is None or now.until is None:
            raise refusals.decided()
        return people.ban(
            now.member, board, by,
            until=None if longer is None else now.until + longer,
            mute=now.is_mute, reason=reason or now.reason,
        )  # fmt: skip


def _lock(case: Case, deed: str) -> None:
    """The target before its case, as all do who act on it; else two could wait for each other.

    What is done to a member takes the whole board, which nobody may ask for who has a tree of it.
    """
    if case.content is None or deed in OF_MEMBERS:
        lock_board(case.board_id, whole=True)
    if case.content is not None:
        content.lock(case.content)


def _require_rank(case: Case, by: By) -> None:
    if by.actor != case.author:
        by.require_rank(case.author, case.board)


def who_did(case: Case) -> str:
    """Whom the second of two moderators was too late for."""
    closed = Case.objects.select_related("closed_by").filter(pk=case.pk).first()
    acts = Act.objects.filter(board=case.board)
    if case.content is None:
        acts = acts.filter(member=case.member_id)
    else:
        acts = acts.filter(post=case.post_id, comment=case.comment_id)
        acts = acts.exclude(verb__in=ABOUT_MEMBERS)  # which decide nothing about a text
    act = acts.order_by("-pk").first()
    who = closed.closed_by.username if closed and closed.closed_by else _("Somebody else")
    what = act.get_verb_display() if act else _("decided")
    return _("%(who)s was here before: %(what)s.") % {"who": who, "what": what}


def _text(case: Case) -> Any:
    if case.content is None:
        raise ValidationError(_("This can't be done to a member."), code="member")
    return case.content


def _post(case: Case) -> Post:
    if case.post is None:
        raise ValidationError(_("This can be done to posts alone."), code="not_a_post")
    return case.post


def _author(case: Case) -> Any:
    if case.author is None:
        raise ValidationError(refusals.GONE_ACCOUNT, code="gone")
    return case.author


def _approve(case: Case, by: By, wishes: Wishes, *, ignore: bool = False) -> None:
    if case.content is not None:
        content.approve(case.content, by, ignore_reports=ignore, case=case)
    else:
        people.approve(_author(case), case.board, by, case=case)


def _remove(case: Case, by: By, wishes: Wishes, *, spam: bool = False) -> None:
    text: Post | Comment = _text(case)
    act = content.remove(text, by, reason=wishes.reason, note=wishes.note, spam=spam, case=case)
    if act is None:  # removed meanwhile, without a look at the queue
        why = log.changed(Why(wishes.reason, wishes.note), {}, {}, case=case)
        act = log.write(Verb.SPAM if spam else Verb.REMOVE, by, case.board, text, why)
        letters.tell_of_act(act, case.board)
        cases.close(case.board, text, by, approved=False, case=case)
        cases.tell(case)


def _label(case: Case, by: By, **labels: bool) -> None:
    post = _post(case)
    now = {"nsfw": post.is_nsfw, "spoiler": post.is_spoiler}
    _require_change(content.set_labels(post, by, **(now | labels)))


def _require_change(act: Act | None) -> None:
    """So that nobody is told that something was done."""
    if act is None:
        raise ValidationError(_("It was so already: there was nothing to do."), code="nothing")


def _own(case: Case) -> Case | None:
    """The case, if it is about the member and not about what they wrote."""
    return case if case.content is None else None


def _ban(case: Case, by: By, wishes: Wishes, *, mute: bool) -> None:
    people.ban(
        _author(case), case.board, by,
        until=wishes.until, mute=mute, reason=wishes.reason, note=wishes.note,
        sooner=wishes.sooner, because=case.content, case=_own(case),
    )  # fmt: skip


def _note(case: Case, by: By, wishes: Wishes) -> None:
    author, since = _author(case), timezone.now() - people.DOUBLE_CLICK
    notes = Note.objects.filter(board=case.board, member=author, author=by.actor)
    if not notes.filter(text=wishes.note, created_at__gte=since).exists():
        people.note(author, case.board, by, text=wishes.note)


def _pin(case: Case, by: By, wishes: Wishes) -> None:
    post = _post(case)
    if not _until_about(post.pinned_until, wishes.until):
        content.set_pinned(post, by, until=wishes.until)


def _until_about(one: datetime | None, other: datetime | None) -> bool:
    """Whether it is the same but for the moment between two clicks."""
    return one is not None and other is not None and abs(one - other) < people.DOUBLE_CLICK


DEEDS: Mapping[str, Callable[[Case, By, Wishes], Any]] = {
    "approve": _approve,
    "ignore": lambda case, by, wishes: _approve(case, by, wishes, ignore=True),
    "remove": _remove,
    "spam": lambda case, by, wishes: _remove(case, by, wishes, spam=True),
    "lock": lambda case, by, wishes: content.set_locked(
        _text(case), by, locked=True, reason=wishes.reason
    ),
    "unlock": lambda case, by, wishes: _require_change(
        content.set_locked(_text(case), by, locked=False)
    ),
    "unpin": lambda case, by, wishes: _require_change(
        content.set_pinned(_post(case), by, until=None)
    ),
    "pin": _pin,
    "nsfw": lambda case, by, wishes: _label(case, by, nsfw=True),
    "spoiler": lambda case, by, wishes: _label(case, by, spoiler=True),
    "warn": lambda case, by, wishes: people.warn(
        _author(case),
        case.board,
        by,
        reason=wishes.reason,
        because=case.content,
        case=_own(case),
    ),
    "mute": lambda case, by, wishes: _ban(case, by, wishes, mute=True),
    "ban": lambda case, by, wishes: _ban(case, by, wishes, mute=False),
    "note": _note,
    "pass_on": lambda case, by, wishes: cases.pass_on(case, by, note=wishes.note),
}
OF_MEMBERS = frozenset({"warn", "mute", "ban"})
RANKED = frozenset({"remove", "spam", "lock", "warn", "mute", "ban", "sweep"})
