"""What was done to a member: to read, to appeal against, and for moderators to take back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.models import Member
from accounts.pages import UNPROCESSABLE, is_own_page
from boards.models import Board, Power
from boards.policy import may, moderates
from moderation import policy
from moderation.actions import appeals, offers
from moderation.actions import undo as undoing
from moderation.actions.batches import swept_with
from moderation.actions.log import By
from moderation.forms import AppealForm
from moderation.models import Act, Appeal
from moderation.models.log import ANSWERS, APPEAL_WITHIN, Verb
from moderation.notices import NOTICED, latest_acts
from moderation.standing import in_force
from moderation.taking_back import take_back
from moderation.views.places import answer, find, page_of


def get_act(request: MemberRequest, act_id: int) -> Act:
    """An act that concerns the member or a board of theirs; its board has their standing."""
    acts = Act.objects.select_related(
        "actor", "member", "post__board", "comment__post__board", "undoes"
    )
    act = acts.filter(pk=act_id).first()
    if act is None:
        raise Http404
    board = Board.objects.with_standing(request.user).filter(pk=act.board_id).first()
    if board is None or not policy.can_read_act(request.user, act, board):
        raise Http404
    act.board = board
    return act


@require_safe
@member_required
def act(request: MemberRequest, act_id: int) -> HttpResponse:
    act = get_act(request, act_id)
    return _page(request, act, AppealForm(act=act))


def _page(request: MemberRequest, act: Act, form: AppealForm) -> HttpResponse:
    named = policy.names_moderators(request.user, act.board)
    reads_board = Board.objects.visible_to(request.user).filter(pk=act.board_id).exists()
    appeal = Appeal.objects.filter(act=act).first()
    context = {
        "act": act,
        "board": act.board,
        "doer": policy.doer(act, named=named),
        "own": act.member_id == request.user.pk,
        "target_url": _target_url(act) if reads_board else "",
        "reads_board": reads_board,
        "taken_back": Act.objects.filter(undoes=act).first(),
        "appeal": appeal,
        "swept": sum(swept_with([act]).values()),
        "appeal_until": act.at + APPEAL_WITHIN,
        "refusal": appeals.appeal_refusal(request.user, act),
        "form": form,
        "viewer_moderates": moderates(request.user, act.board),
    }
    context |= _undoable(request.user, act)
    context |= _show_end(act, appeal)
    context["may_lift"] = not context["may_undo"] and _may_lift(request.user, act)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "moderation/act.html", context, status=status)


def _show_end(act: Act, appeal: Appeal | None) -> dict[str, Any]:
    """Let an act that an appeal shortened say when it ends now; and when it did at first."""
    if appeal is None or appeal.state != Appeal.State.REDUCED:
        return {"shortened": False}
    later = Act.objects.filter(verb=Verb.REDUCE, board=act.board, member=act.member_id)
    reduced = later.filter(pk__gt=act.pk).order_by("pk").first()
    if reduced is None:
        return {"shortened": False}
    first, act.until = act.until, reduced.until
    return {"shortened": True, "first_end": first}


def _may_lift(viewer: Member, act: Act) -> bool:
    """Whether what the act set is in force, and theirs to lift."""
    if act.verb not in (Verb.BAN, Verb.MUTE) or not may(viewer, act.board, Power.MEMBERS):
        return False
    standing = list(in_force([(act.member_id, act.board_id)]).values()) if act.member_id else []
    standing = [one for one in standing if one.act and one.act.pk == act.pk]
    return bool(standing and offers.liftable(viewer, act.board, standing))


def _undoable(viewer: Member, act: Act) -> dict[str, Any]:
    """Whether they may take it back, and how many were done with it that can be."""
    if not offers.may_take_back(viewer, act.board, act) or not offers.not_refused(viewer, [act]):
        return {"may_undo": False, "batch_size": 0}
    some = _of_batch(viewer, act)
    all_theirs = all(offers.may_take_back(viewer, one.board, one) for one in some)
    return {
        "may_undo": True,
        "batch_size": len(offers.not_refused(viewer, some)) if all_theirs else 0,
    }


def _of_batch(viewer: Member, act: Act) -> list[Act]:
    """All that was done at once with it; each board has the viewer's standing."""
    if act.batch is None:
        return []
    acts = list(
        Act.objects.filter(batch=act.batch).exclude(verb__in=ANSWERS).defer("snapshot", "reason")
    )
    boards = Board.objects.with_standing(viewer).in_bulk({one.board_id for one in acts})
    for one in acts:
        one.board = boards[one.board_id]
    return acts


def _target_url(act: Act) -> str:
    content: Any = act.comment or act.post
    return content.short_address if content else ""


@require_POST
@member_required
def appeal(request: MemberRequest, act_id: int) -> HttpResponse:
    """Ask that an act be looked at again; sent twice, it is one appeal."""
    act = get_act(request, act_id)
    form = AppealForm(request.POST, act=act)
    if _has_appealed(request, act):
        return redirect("moderation:act", act.pk)
    if not form.is_valid():
        refusal = appeals.appeal_refusal(request.user, act)
        if refusal:
            raise PermissionDenied(refusal)
        return _page(request, act, form)
    try:
        appeals.appeal(member=request.user, act=act, text=form.cleaned_data["text"])
    except PermissionDenied:
        # The same form may have come in the moment between.
        if not _has_appealed(request, act):
            raise
        return redirect("moderation:act", act.pk)
    messages.success(request, _("Your appeal waits for a moderator. A letter will tell you."))
    return redirect("moderation:act", act.pk)


def _has_appealed(request: MemberRequest, act: Act) -> bool:
    """Whether they did before, which they are told then."""
    found = act.member_id == request.user.pk and Appeal.objects.filter(act=act).exists()
    if found:
        messages.info(request, _("You have appealed already."))
    return found


@require_POST
@member_required
def undo(request: MemberRequest, act_id: int) -> HttpResponse:
    """Make what an act changed as it was before."""
    act = get_act(request, act_id)
    if not moderates(request.user, act.board):
        raise PermissionDenied(_("Only the moderators of this board may do this."))
    text: Any = (act.comment or act.post) if act.is_of_text else None
    refused = _refused(act, request.user)
    if text is not None:
        return answer(request, text, refused or _("Taken back."), warns=bool(refused))
    if refused:
        messages.warning(request, refused)
    else:
        messages.success(request, _("Taken back."))
    return redirect(_back(request, act))


def _refused(act: Act, viewer: Member) -> str:
    """Why it can't be taken back, or "" when it was."""
    try:
        undoing.undo(act, By(viewer))
    except ValidationError as error:
        return error.messages[0]
    return ""


def _back(request: MemberRequest, act: Act) -> str:
    """The page that the button stood on, of what was done to a member beside one of their texts."""
    page = request.headers.get("Referer", "")
    return page if page and is_own_page(request, page) else act.board.get_absolute_url()


@require_POST
@member_required
def undo_all(request: MemberRequest, act_id: int) -> HttpResponse:
    """Make what was changed by all acts that were done with one as it was before."""
    act = get_act(request, act_id)
    some = _of_batch(request.user, act)
    if not some or not all(offers.may_take_back(request.user, one.board, one) for one in some):
        raise PermissionDenied(_("You may not take back all of it."))
    messages.success(request, take_back(act.batch, By(request.user)))  # type: ignore[arg-type]
    return redirect("moderation:act", act.pk)


@require_safe
@member_required
def why(request: MemberRequest, **place: Any) -> HttpResponse:
    """From a removed text to what is told of its removal, for its author and the moderators."""
    target = find(request, **place)
    board = target.board if place.get("comment_id") is None else target.post.board  # type: ignore[union-attr]
    if target.author_id != request.user.pk and not moderates(request.user, board):
        raise Http404
    found = latest_acts([target], NOTICED)
    if target.pk not in found:
        messages.info(request, _("Nothing was written down about it."))
        return redirect(page_of(target))
    return redirect("moderation:act", found[target.pk].pk)
