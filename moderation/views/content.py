"""The moderators' buttons beside each post and comment."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.models import Member
from accounts.pages import form_page
from boards.models import Board, Power
from boards.policy import may
from boards.shortcuts import get_moderated_board
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post
from discussions.shortcuts import get_post
from moderation.actions import content
from moderation.actions.desk import who_did
from moderation.actions.log import By
from moderation.forms import ReasonForm
from moderation.models import Act, Case
from moderation.views.before import is_again, removal, who_removed
from moderation.views.places import answer, find, page_behind
from paging import keyset_page

PIN_DAYS = {"0", "1", "3", "7", "30"}


@require_safe
@member_required
def removed(request: MemberRequest, board_name: str) -> HttpResponse:
    """The posts that were removed from a board, newest first, for who may restore them."""
    board = get_moderated_board(request, board_name)
    posts = Post.objects.in_board(board).filter(removed_at__isnull=False, deleted_at__isnull=True)
    page = keyset_page(
        posts.for_list(),
        column="created_at",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    return render(request, "moderation/removed.html", {"board": board, "page": page})


@require_POST
@member_required
def remove(request: MemberRequest, **place: Any) -> HttpResponse:
    """At once and without a reason."""
    return _remove(request, find(request, **place), _("Removed."))


@require_POST
@member_required
def spam(request: MemberRequest, **place: Any) -> HttpResponse:
    return _remove(request, find(request, **place), _("Removed as spam."), spam=True)


@require_POST
@member_required
def restore(request: MemberRequest, **place: Any) -> HttpResponse:
    target = find(request, **place)
    act = content.restore(target, By(request.user))
    return answer(request, target, _("It is back."), act)


@require_POST
@member_required
def approve(request: MemberRequest, **place: Any) -> HttpResponse:
    """Show what was held back, and answer reports; twice is once.

    What somebody removed meanwhile stays removed.
    """
    target = find(request, **place)
    _require_content(request.user, target)
    if not target.is_live and not target.is_held:
        return answer(request, target, who_removed(target), warns=True)
    try:
        act = _approve(target, By(request.user))
    except ValidationError as error:
        return answer(request, target, error.messages[0], warns=True)
    return answer(request, target, _("Approved."), act)


def _approve(target: Post | Comment, by: By) -> Act | None:
    """By its case, which whoever decides first closes."""
    cases = Case.objects.open().about(content.board_of(target), target)
    if target.is_live:
        case = cases.first()
        return content.approve(target, by, case=case) if case else None
    return content.approve(target, by, case=cases.filter(kind=Case.Kind.HELD).first())


def _remove(
    request: MemberRequest, target: Post | Comment, said: str, *, spam: bool = False
) -> HttpResponse:
    """Or, if another decided about it before, say who that was."""
    case = _as_reported(request, target)
    try:
        act = content.remove(target, By(request.user), spam=spam, case=case)
    except ValidationError as error:
        return answer(request, target, _told(error, case), warns=True)
    before = None if act else removal(target)
    if before is None or before.actor_id == request.user.pk:
        return answer(request, target, said, act)
    return answer(request, target, who_removed(target), warns=True)


def _as_reported(request: MemberRequest, target: Post | Comment) -> Case | None:
    """The case, if the text was reported when the page was made whose button was pressed.

    Open or not, so that who comes too late is told; not one that they decided themselves.
    """
    if "reported" not in request.GET:
        return None
    case = Case.objects.about(content.board_of(target), target).order_by("-pk").first()
    return None if case is None or case.closed_by_id == request.user.pk else case


def _told(error: ValidationError, case: Case | None) -> str:
    return who_did(case) if case and error.code == "decided" else str(error.messages[0])


@require_POST
@member_required
def lock(request: MemberRequest, **place: Any) -> HttpResponse:
    """Lock (`locked=1`) or unlock (`locked=0`); it says what shall be, so twice is once."""
    target = find(request, **place)
    locked = _choice(request, "locked", {"0", "1"}) == "1"
    act = content.set_locked(target, By(request.user), locked=locked)
    if isinstance(target, Post):
        said = _("The thread is locked.") if locked else _("The thread is open.")
    else:
        said = _("The comment is locked.") if locked else _("The comment is open.")
    return answer(request, target, said, act)


@require_POST
@member_required
def pin(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    """Keep a post on top of its board for some `days`; 0 takes it down."""
    post = get_post(request, board_name, post_id)
    _require_content(request.user, post)
    days = int(_choice(request, "days", PIN_DAYS))
    # Whoever presses twice means once; a pin that lasts is made longer by unpinning first.
    if days and post.is_pinned:
        act = None
    else:
        until = timezone.now() + timedelta(days=days) if days else None
        act = content.set_pinned(post, By(request.user), until=until)
    said = _("The post is pinned.") if days else _("The post is no longer pinned.")
    return answer(request, post, said, act)


@require_POST
@member_required
def label(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    """Set `nsfw` or `spoiler` to 1 or 0; the other stays as it is."""
    post = get_post(request, board_name, post_id)
    labels = {"nsfw": post.is_nsfw, "spoiler": post.is_spoiler}
    named = [name for name in labels if name in request.POST]
    if not named:
        raise BadRequest(_("Say which label is meant."))
    for name in named:
        labels[name] = _choice(request, name, {"0", "1"}) == "1"
    act = content.set_labels(post, By(request.user), **labels)
    return answer(request, post, _("The labels are set."), act)


def _choice(request: HttpRequest, name: str, choices: set[str]) -> str:
    value = request.POST.get(name, "")
    if value not in choices:
        raise BadRequest(_("The button that was pressed is not of this page."))
    return value


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def reason(request: MemberRequest, **place: Any) -> HttpResponse:
    """Remove a text with a reason: one that is given often, one of the rules, or another."""
    target = find(request, **place)
    _require_content(request.user, target)
    board = content.board_of(target)
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, initial={"reason": _filled(request, board, target)})
    back = page_behind(request, target)
    reported = "reported" in request.GET or _has_reports(request, target)
    form.helper.form_action = (
        f"?{urlencode({'next': back} | ({'reported': 1} if reported else {}))}"
    )
    unsaid = _("Your reason was not sent.")
    if form.is_valid():
        case = _as_reported(request, target)
        try:
            act = content.remove(target, By(request.user), case=case, **form.cleaned_data)
        except ValidationError as error:
            return answer(request, target, f"{_told(error, case)} {unsaid}", warns=True)
        if act is not None or is_again(request.user, target, form.cleaned_data["reason"]):
            return answer(request, target, _("Removed; its author is told why."), act)
        return answer(request, target, f"{who_removed(target)} {unsaid}", warns=True)
    return form_page(
        request,
        form,
        heading=_("Moderate a post") if isinstance(target, Post) else _("Moderate a comment"),
        template="moderation/reason.html",
        target=target,
        target_url=back,
        reported=reported,
        templates=list(board.reason_templates.all()),
        rules=board.rule_titles,
        may_members=may(request.user, board, Power.MEMBERS),
    )


def _has_reports(request: MemberRequest, target: Post | Comment) -> bool:
    """Of one's own nothing is told."""
    if target.author_id == request.user.pk:
        return False
    cases = Case.objects.open().about(content.board_of(target), target)
    return cases.filter(report_count__gt=0).exists()


def _filled(request: HttpRequest, board: Board, target: Post | Comment) -> str:
    """The words that were picked, else the rule that it is reported for."""
    if "reason" in request.GET:
        return request.GET["reason"]
    case = Case.objects.open().about(board, target).filter(reason__in=board.rule_titles).first()
    return case.reason if case else ""


def _require_content(viewer: Member, target: Post | Comment) -> None:
    if not may(viewer, content.board_of(target), Power.CONTENT):
        raise PermissionDenied(_("Only the moderators of this board may do this."))
