"""Members report what should not stand."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power
from moderation.actions.accounts import hold, tried_again
from moderation.actions.cases import close_unheard, open_case, reopen, require_other
from moderation.actions.content import lock
from moderation.actions.log import By
from moderation.actions.settings import write_down
from moderation.models import Act, Case, MutedReporter, Report, Target
from moderation.models.log import UNHEARD, Verb

# Sent with `case`, `content` and `count`, the number of its reports, in the transaction of one.
reported = Signal()


@tried_again
def report(
    *, reporter: Member, board: Board, target: Target, rule: str = "", reason: str = ""
) -> Report | None:
    """Tell the moderators of a board about a target; once a member as long as it is undecided.

    None where the report is taken and nothing comes of it: the board has muted the reporter, or
    has looked at this very text and takes no more reports of it. Raises PermissionDenied.
    """
    if isinstance(target, Member) and target == reporter:
        raise PermissionDenied(_("You can't report yourself."))
    if not isinstance(target, Member) and target.author_id == reporter.pk:
        raise PermissionDenied(_("You can edit or delete what you wrote yourself."))
    if MutedReporter.objects.filter(board=board, reporter=reporter).exists():
        return None
    with transaction.atomic():
        if isinstance(target, Member):
            hold(target)
        else:
            # As it is now, so that no case is opened about what is just going.
            text = lock(target)
            if not text.is_live:
                raise PermissionDenied(_("This is gone already."))
            target = text
        if is_settled(board, target):
            return None
        case = open_case(board, target, Case.Kind.REPORTED, reason=rule)
        before = case.reports.filter(reporter=reporter).first()
        if before is not None:
            return before
        made = Report.objects.create(case=case, reporter=reporter, rule=rule, reason=reason)
        Case.objects.filter(pk=case.pk).update(report_count=F("report_count") + 1)
        reported.send(Case, case=case, content=target, count=case.report_count + 1)
        return made


def is_answered(reporter: Member, board: Board, target: Target) -> bool:
    """Whether a decision answered the last report of a target by a member.

    What was closed by muting them waits on as far as they can tell, and so does what was not taken.
    """
    made = Report.objects.filter(reporter=reporter, case__in=Case.objects.about(board, target))
    last = made.select_related("case").order_by("-pk").first()
    if last is None or last.outcome == Report.Outcome.OPEN:
        return False
    return last.outcome != Report.Outcome.KEPT or last.case.approved


def is_settled(board: Board, target: Target) -> bool:
    """Whether moderators approved it as it is and want no more reports of it."""
    closed = Case.objects.about(board, target).filter(ignores_reports=True, closed_at__isnull=False)
    last = closed.order_by("-closed_at").first()
    if last is None or last.closed_at is None:
        return False
    edited_at = None if isinstance(target, Member) else target.edited_at
    return edited_at is None or edited_at < last.closed_at


def mute_reporter(report: Report, by: By, *, handle: str) -> int:
    """Take no more reports of whoever wrote this one, without telling who it is.

    What nobody else reported goes from the queue; how many cases that are. `handle`: by what the
    moderators know them. Raises PermissionDenied.
    """
    board = report.case.board
    with transaction.atomic():
        by.require(board, Power.CONTENT)
        require_other(report.case, by)
        if report.reporter is None:
            return 0
        _row, new = MutedReporter.objects.get_or_create(board=board, reporter=report.reporter)
        closed = close_unheard(board, report.reporter, by)
        if new or closed:
            kept = {UNHEARD: closed}
            write_down(board, by, f"reports of {handle}: muted", private=True, kept=kept)
        return len(closed)


@tried_again
def hear_again(muted: MutedReporter, by: By, *, handle: str) -> int:
    """Take the reports of a muted reporter again, those too that went when they were muted.

    How many cases wait again. Raises PermissionDenied.
    """
    with transaction.atomic():
        by.require(muted.board, Power.CONTENT)
        board, reporter = muted.board, muted.reporter
        gone, _rows = muted.delete()
        if not gone:
            return 0
        write_down(board, by, f"reports of {handle}: heard again", private=True)
        return _reopen_unheard(board, reporter, by)


def _reopen_unheard(board: Board, reporter: Member, by: By) -> int:
    """Let wait again what was closed by muting, theirs or that of who reported it too.

    Not what was decided since, or is gone.
    """
    mutings = Act.objects.filter(board=board, verb=Verb.SETTINGS, before__has_key=UNHEARD)
    closed = {pk for kept in mutings.values_list("before", flat=True) for pk in kept[UNHEARD]}
    # So it is left by no decision: see cases.close.
    kept = Report.objects.filter(reporter=reporter, outcome=Report.Outcome.KEPT)
    theirs = kept.filter(case__board=board, case__approved=False, case__closed_at__isnull=False)
    found = closed & set(theirs.values_list("case", flat=True))
    for case in Case.objects.with_targets().filter(pk__in=found).order_by("pk"):
        if _stands(case) and not is_settled(board, case.target):
            reopen(case.pk, by)
    return Case.objects.open().filter(pk__in=found).count()


def _stands(case: Case) -> bool:
    return bool(case.content.is_live if case.content else case.member and case.member.is_active)
