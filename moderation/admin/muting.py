"""Muting a reporter from the desk, after a page that asks, and hearing them again."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import staff_member
from moderation import queue
from moderation.actions import cases, reports
from moderation.actions.log import By
from moderation.admin.queues import queue_of
from moderation.models import Case, MutedReporter, Report
from paging.ids import id_of


def mute(page: Any, request: HttpRequest, back: str) -> HttpResponse:
    """`page` is the model admin of the desk, `back` the page of the queue to go to."""
    report = _report(page, request)
    board, reporter = report.case.board, report.reporter
    if reporter is None:
        raise PermissionDenied
    name = queue.handle(board.pk, reporter.pk)
    by = By(staff_member(request))
    cases.require_other(report.case, by)
    if "confirmed" not in request.POST:
        context = {
            **page.admin_site.each_context(request),
            "opts": page.opts,
            "title": _("Mute the reporter %(name)s") % {"name": name},
            "report": report,
            "name": name,
            "cards": cases.unheard(board, reporter, by).count(),
            "next": back,
        }
        return TemplateResponse(request, "admin/moderation/case/mute.html", context)
    gone = reports.mute_reporter(report, by, handle=name)
    said = _("Reports of %(name)s count no more.") % {"name": name}
    if gone:
        told = ngettext("%(n)d card went with them.", "%(n)d cards went with them.", gone)
        said = f"{said} {told % {'n': gone}}"
    link = format_html(
        '<a href="{}">{}</a>',
        reverse("admin:moderation_mutedreporter_changelist"),
        _("Muted reporters"),
    )
    page.message_user(request, format_html("{} {}", said, link))
    muted = MutedReporter.objects.filter(board=board, reporter=reporter).first()
    return redirect(f"{back}&muted={muted.pk}" if muted else back)


def hear(page: Any, request: HttpRequest, back: str) -> HttpResponse:
    """Take it back."""
    muted = _muted(page, request, request.POST["hear"])
    if muted is None:
        raise PermissionDenied
    name = queue.handle(muted.board_id, muted.reporter_id)
    back_again = reports.hear_again(muted, By(staff_member(request)), handle=name)
    said = _("Reports of %(name)s are heard again.") % {"name": name}
    page.message_user(request, f"{said} {said_back(back_again)}" if back_again else said)
    return redirect(back)


def said_back(count: int) -> str:
    return ngettext("%(n)d card is back.", "%(n)d cards are back.", count) % {"n": count}


def just_muted(page: Any, request: HttpRequest) -> tuple[int, str] | None:
    """Whom the address says was muted just now, where it can be taken back."""
    given = request.GET.get("muted", "")
    muted = _muted(page, request, given) if given else None
    return (muted.pk, queue.handle(muted.board_id, muted.reporter_id)) if muted else None


def _report(page: Any, request: HttpRequest) -> Report:
    reported = queue_of(Case.Kind.REPORTED, page.admin_site)
    found = Report.objects.filter(case__in=reported.actable(request)).select_related(
        "case__board", "reporter"
    )
    report = found.filter(pk=id_of(request.POST["mute"]) or 0).first()
    if report is None:
        raise PermissionDenied
    return report


def _muted(page: Any, request: HttpRequest, pk: str) -> MutedReporter | None:
    rows = page.admin_site.get_model_admin(MutedReporter)
    found = MutedReporter.objects.select_related("board", "reporter").filter(pk=id_of(pk) or 0)
    muted = found.first()
    return muted if muted and rows.has_delete_permission(request, muted) else None
