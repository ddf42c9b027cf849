"""Warning, muting and banning the author of a text, from beside the text."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from accounts.models import Member
from accounts.pages import form_page
from boards.models import Board, Power
from boards.policy import may
from discussions.models import Comment, Post
from moderation.actions import content, offers, people
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.forms import SanctionForm
from moderation.forms.acts import no_shorter
from moderation.models import Act
from moderation.models.log import Verb
from moderation.standing import in_force
from moderation.views.before import say
from moderation.views.places import find, page_behind


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def ban(request: MemberRequest, **place: Any) -> HttpResponse:
    """Warn, mute or ban the author of a text, or end that."""
    target = find(request, **place)
    board = content.board_of(target)
    if not may(request.user, board, Power.MEMBERS):
        raise PermissionDenied(_("Only the moderators of this board may do this."))
    member = target.author
    if member is None or target.deleted_at is not None:
        raise Http404
    By(request.user).require_rank(member, board)
    standing = in_force([(member.pk, board.pk)]).get((member.pk, board.pk))
    now = standing.ban if standing else None
    stays = offers.why_ban_stays(member, now, board, By(request.user))
    wanted = _sanction(request)
    if stays and wanted and wanted.get("deed") != Verb.WARN:
        raise PermissionDenied(stays)
    texts = _texts(member, board) if may(request.user, board, Power.CONTENT) else 0
    form = SanctionForm(wanted, standing=now, stays=bool(stays), texts=texts)
    back = page_behind(request, target)
    form.helper.form_action = f"?{urlencode({'next': back})}"
    if form.is_valid() and _act_on(request, target, board, form):
        return redirect(back)
    return form_page(
        request,
        form,
        heading=_("Warn, mute or ban %(member)s") % {"member": member},
        template="moderation/ban.html",
        target=target,
        target_url=back,
        board=board,
        member=member,
        standing=standing,
        lengths=no_shorter([now] if now else []),
        stays=stays,
    )


def _texts(member: Member, board: Board) -> int:
    """How many posts and comments of theirs stand on the board."""
    posts = Post.objects.live().filter(author=member, board=board).count()
    comments = Comment.objects.live().filter(author=member, post__board=board).count()
    return int(posts + comments)


def _sanction(request: HttpRequest) -> Any:
    """What was typed, or the one button that bans at once."""
    if request.method != "POST":
        return None
    if "ban_for" in request.POST:
        return {"deed": Verb.BAN.value, "days": request.POST["ban_for"]}
    return request.POST


def _act_on(request: MemberRequest, text: Any, board: Board, form: SanctionForm) -> bool:
    """Do it to who wrote a text; False where the form now tells why it can't be."""
    by, wanted, member = By(request.user), form.cleaned_data, text.author
    deed, reason = wanted["deed"], wanted["reason"]
    name = {"member": member}
    if deed == Verb.WARN:
        # There is nothing to take back of a letter.
        people.warn(member, board, by, reason=reason, because=text)
        messages.success(request, _("%(member)s is warned.") % name)
    elif deed == Verb.LIFT:
        act = people.lift(member, board, by, reason=reason)
        say(request, _("%(member)s is no longer banned or muted.") % name, act)
    else:
        try:
            _ban(request, text, board, wanted)
        except ValidationError as error:
            form.add_error(None, error)
            return False
    return True


def _ban(request: MemberRequest, text: Any, board: Board, wanted: dict[str, Any]) -> None:
    by, member = By(request.user), text.author
    name = {"member": member}
    until = timezone.now() + timedelta(days=wanted["days"]) if wanted["days"] else None
    said = {
        "until": until,
        "reason": wanted["reason"],
        "note": wanted["note"],
        "sooner": wanted.get("sooner", False),
        "because": text,
    }
    if wanted.get("remove_all"):
        by = replace(by, batch=uuid4())
        ban_and_remove(member, board, by, **said)
        done = Act.objects.filter(batch=by.batch, verb=Verb.BAN).first()
        told = _("%(member)s is banned, and all they wrote here is removed.") % name
        say(request, told, done, with_batch=True)
        return
    mute = wanted["deed"] == Verb.MUTE
    told = _("%(member)s is muted.") if mute else _("%(member)s is banned.")
    say(request, told % name, people.ban(member, board, by, mute=mute, **said))
