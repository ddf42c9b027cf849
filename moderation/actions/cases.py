"""Opening and closing cases, and telling reporters what came of it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power
from inbox import actions as inbox
from moderation import letters
from moderation.actions import log, refusals
from moderation.actions.log import By, Why
from moderation.deciders import is_left_to_staff
from moderation.models import Case, MutedReporter, Report, Target
from moderation.models.desk import target_field
from moderation.models.log import Verb


def open_case(
    board: Board, target: Target, kind: Case.Kind, *, rule: str = "", reason: str = ""
) -> Case:
    """The open case about a target, locked, and of this kind.

    Unless it is held, or reported and now edited: more than an edit waits for an answer then.
    What is about the only one who could decide it is the staff's at once, and they are told.

    `rule` of those that work by themselves, `reason`: the rule of the board that a member names.
    In the caller's transaction.
    """
    reason = reason or rule
    fields = {target_field(target): target}
    first = {"kind": kind, "rule": rule, "reason": reason, "newness": _newness(target)}
    _same, new = Case.objects.open().get_or_create(
        board=board, closed_at=None, **fields, defaults=first
    )
    case = Case.objects.open().about(board, target).select_for_update().get()
    if new and is_left_to_staff(board, target):
        case.for_staff = True
        case.save(update_fields=["for_staff"])
        letters.tell_staff_of_case(case)
    changed: dict[str, str] = {}
    reported = case.kind == Case.Kind.REPORTED and case.report_count
    if case.kind not in (kind, Case.Kind.HELD) and not (reported and kind == Case.Kind.EDITED):
        changed["kind"] = kind
    if rule and not case.rule:
        changed["rule"] = rule
    if reason and not case.reason:
        changed["reason"] = reason
    if changed:
        for name, value in changed.items():
            setattr(case, name, value)
        case.save(update_fields=list(changed))
    return case


def _newness(target: Target) -> Case.Newness:
    author = target if isinstance(target, Member) else target.author
    return Case.Newness.of(timezone.now() - author.joined_at) if author else Case.Newness.OLDER


def unhold(board: Board, target: Target) -> None:
    """What was held is no longer: only its reports still wait."""
    case = Case.objects.open().about(board, target).select_for_update().first()
    if case is None or case.kind != Case.Kind.HELD:
        return
    if case.report_count:
        case.kind = Case.Kind.REPORTED
    else:
        case.closed_at = timezone.now()
    case.save()


def find(
    board: Board, target: Target, by: By, expected: Case | None = None, *, in_favour: bool = False
) -> Case | None:
    """The open case about a target, locked, that what they do about the target decides.

    What was passed on to the staff is theirs: a moderator may still take the text off, which
    leaves the case to them, but neither decide it nor find its target all right (`in_favour`).
    The same goes for who it is about: others decide it.
    Raises PermissionDenied; ValidationError if it is not the `expected` one: somebody has
    decided that.
    """
    case = Case.objects.open().about(board, target).select_for_update().first()
    if expected is not None and (case is None or case.pk != expected.pk):
        raise refusals.decided()
    if case is None:
        return None
    not_theirs = _not_theirs(case, by)
    if not_theirs and (expected is not None or in_favour):
        raise PermissionDenied(not_theirs)
    return None if not_theirs else case


def _not_theirs(case: Case, by: By) -> str:
    """Why others than they decide a case, or ""."""
    if by.actor is not None and case.author == by.actor:
        return _("Another moderator must decide this: it is about you.")
    if case.for_staff and not by.is_staff:
        return _("This was passed on to the staff of the site, who decide it.")
    return ""


def require_other(case: Case, by: By) -> None:
    """Raises PermissionDenied for who a case is about: nobody handles their own."""
    if by.actor is not None and case.author == by.actor:
        raise PermissionDenied(_not_theirs(case, by))


def require_to_decide(case: Case, by: By) -> None:
    """Raises PermissionDenied unless they may decide a case: of a text, or about a member."""
    by.require(case.board, Power.MEMBERS if case.content is None else Power.CONTENT)
    if not_theirs := _not_theirs(case, by):
        raise PermissionDenied(not_theirs)


def close(
    board: Board,
    target: Target,
    by: By,
    *,
    approved: bool,
    ignore_reports: bool = False,
    case: Case | None,
) -> Case | None:
    """Close a case that `find` found, since it is decided. Then `tell` those who reported."""
    if case is None:
        if not ignore_reports:
            return None
        fields = {target_field(target): target}
        case = Case(board=board, **fields, kind=Case.Kind.REPORTED)
        require_other(case, by)
    case.closed_at, case.closed_by = timezone.now(), by.actor
    case.approved, case.ignores_reports = approved, ignore_reports
    case.save()
    _withdraw_from_staff(case)
    case.reports.update(outcome=Report.Outcome.KEPT if approved else Report.Outcome.ACTED)
    return case


def tell(case: Case) -> None:
    """Tell those who reported what came of it."""
    outcome = Report.Outcome.KEPT if case.approved else Report.Outcome.ACTED
    letters.tell_reporters(case, list(case.reports.all()), outcome)


def close_gone(board: Board, target: Target) -> None:
    """Close the case about a text that its author deleted, and tell those who reported it."""
    case = Case.objects.open().about(board, target).select_for_update().first()
    if case is None:
        return
    case.closed_at = timezone.now()
    case.save()
    tell_gone(case, target.short_address if not isinstance(target, Member) else "")
    case.reports.update(outcome=Report.Outcome.GONE)


def _withdraw_from_staff(case: Case) -> None:
    if case.for_staff:
        inbox.withdraw(letters.staff_key(case))


def tell_gone(case: Case, url: str) -> None:
    """Tell those who wait for an answer that there is nothing left to decide."""
    _withdraw_from_staff(case)
    waiting = case.reports.filter(outcome=Report.Outcome.OPEN)
    letters.tell_reporters(case, list(waiting), Report.Outcome.GONE, url=url)


def reopen(pk: int, by: By) -> None:
    """Let a case wait again, since what decided it was taken back; with its reports.

    If another was opened about the same target meanwhile, they go to that one. Not if its author
    deleted the text. Raises PermissionDenied where the staff decided what was theirs.
    """
    case = Case.objects.select_for_update().filter(pk=pk, closed_at__isnull=False).first()
    if case is None or (case.content is not None and case.content.deleted_at is not None):
        return
    if case.for_staff and not by.is_staff:
        raise PermissionDenied(_not_theirs(case, by))
    case.ignores_reports = case.approved = False
    again = Case.objects.open().about(case.board, case.target).select_for_update().first()
    if again is not None:
        case.save()
        _move_reports(case, again)
        return
    if case.report_count or case.kind != Case.Kind.REPORTED or case.rule:
        case.closed_at = case.closed_by = None
    case.save()
    letters.take_back_outcome(case, list(case.reports.all()))
    case.reports.update(outcome=Report.Outcome.OPEN)


def _move_reports(case: Case, to: Case) -> None:
    """Let reports wait in another case about the same target; not of who reported it again."""
    there = to.reports.filter(reporter__isnull=False).values_list("reporter", flat=True)
    moved = list(case.reports.exclude(reporter__in=list(there)))
    letters.take_back_outcome(case, moved)
    found = Report.objects.filter(pk__in=[report.pk for report in moved])
    found.update(case=to, outcome=Report.Outcome.OPEN)
    for one in (case, to):
        one.report_count = one.reports.count()
        one.reason = one.reason or case.reason
        one.save(update_fields=["report_count", "reason"])


def claim(case: Case, moderator: Member) -> bool:
    """Say that one looks at a case, so that nobody else does; whether it was free.

    Raises PermissionDenied for who may not decide it.
    """
    require_to_decide(case, By(moderator))
    free = Case.objects.open().filter(pk=case.pk, claimed_by__isnull=True)
    return bool(free.update(claimed_by=moderator, claimed_at=timezone.now()))


def release(case: Case, by: By) -> None:
    """Say that nobody looks at a case. Raises PermissionDenied for who may not decide it."""
    require_to_decide(case, by)
    Case.objects.filter(pk=case.pk).update(claimed_by=None, claimed_at=None)


def pass_on(case: Case, by: By, *, note: str = "") -> None:
    """Let the staff of the site decide it."""
    with transaction.atomic():
        by.require(case.board, Power.CONTENT)
        require_other(case, by)
        if Case.objects.open().filter(pk=case.pk, for_staff=False).update(for_staff=True):
            log.write(Verb.PASS_ON, by, case.board, case.target, Why(note=note))


def reports_of_comments(board: Board, comments: Iterable[Any], *, but_of: Member) -> dict[int, int]:
    """How many reports of each of some comments wait; of one's own nothing is told."""
    ids = [comment.pk for comment in comments if comment.author_id != but_of.pk]
    found = Case.objects.open().filter(board=board, comment__in=ids, report_count__gt=0)
    return dict(found.values_list("comment", "report_count"))


def unheard(board: Board, reporter: Member, by: By) -> "QuerySet[Case]":
    """What only muted reporters reported, and this one, who is muted or may be.

    Not what is about whoever mutes, nor what rules reported, nor what waits for the staff.
    """
    waiting = Case.objects.open().filter(board=board, kind=Case.Kind.REPORTED, rule="")
    theirs = waiting.filter(for_staff=False, reports__reporter=reporter)
    if by.actor is not None:
        theirs = theirs.not_about(by.actor)
    muted = MutedReporter.objects.filter(board=board).values("reporter")
    others = Report.objects.filter(case=OuterRef("pk")).exclude(reporter=reporter)
    heard = others.filter(Q(reporter=None) | ~Q(reporter__in=muted))
    return theirs.filter(~Exists(heard)).order_by("pk")


def close_unheard(board: Board, reporter: Member, by: By) -> list[int]:
    """Close what is `unheard`; the ids of those cases.

    Nobody is told: they learn nothing of it. In the caller's transaction.
    """
    closed = []
    for pk in list(unheard(board, reporter, by).values_list("pk", flat=True)):
        # Locked first: another may be reporting it just now.
        locked = Case.objects.select_for_update().filter(pk=pk).first()
        case = locked and unheard(board, reporter, by).filter(pk=pk).first()
        if case is None:
            continue
        case.closed_at, case.closed_by = timezone.now(), by.actor
        case.save(update_fields=["closed_at", "closed_by"])
        case.reports.update(outcome=Report.Outcome.KEPT)
        closed.append(pk)
    return closed
