"""Doing what was asked from a queue: with one card or many, at once or after a page that asks."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import staff_member
from discussions.models import Comment, Post
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.refusals import DECIDED
from moderation.admin.forms import ASKS, RULE, DeedForm
from moderation.admin.queues import Queue
from paging.ids import id_of

CHOSEN_AT_MOST = 100


def act(page: Any, request: HttpRequest, here: Queue, back: str) -> HttpResponse:
    """`page` is the model admin of the desk, `back` the page of the queue to go to."""
    deed, chosen = _asked(request)
    labels = {one.name: one.label for one in here.deeds()}
    if deed and deed not in labels:
        raise BadRequest(_("Choose what to do."))
    ids = _ids(chosen)
    if not deed:
        page.message_user(request, _("Choose what to do."), messages.WARNING)
        return redirect(back)
    found = here.chosen(request, ids)
    if len(found) < max(1, len(set(chosen))):
        told = str(DECIDED) if chosen else _("Choose a card first.")
        page.message_user(request, told, messages.WARNING)
    if not found:
        return redirect(back)
    said = Wishes()
    if deed in ASKS:
        form = _form(request, deed, found)
        if not form.is_bound or not form.is_valid():
            return _confirm(page, request, here, deed, found, form, back)
        said = form.wishes
    return _do(page, request, here, deed, found, said, back)


def _asked(request: HttpRequest) -> tuple[str, list[str]]:
    """What to do to which: by the button of a card, or by the menu for those ticked."""
    one = request.POST.get("one", "")
    if one:
        deed, _colon, pk = one.partition(":")
        return deed, [pk]
    return request.POST.get("action", ""), request.POST.getlist("_selected_action")


def _ids(chosen: Sequence[str]) -> set[int]:
    if len(chosen) > CHOSEN_AT_MOST or not all(pk.isdecimal() for pk in chosen):
        raise BadRequest(_("Choose fewer."))
    ids = {id_of(pk) for pk in chosen}
    if None in ids:
        raise PermissionDenied
    return {pk for pk in ids if pk is not None}


def _form(request: HttpRequest, deed: str, found: list[Any]) -> DeedForm:
    boards = {row.board_id for row in found}
    if "confirmed" in request.POST:
        return DeedForm(deed, boards, request.POST)
    form = DeedForm(deed, boards)
    nth = request.POST.get("nth", "")
    picked = int(nth[:1]) if nth.isdecimal() else 0
    if 0 < picked <= len(form.at_hand):
        value, _title, text = form.at_hand[picked - 1]
        form.initial.update(template=value, reason=text)
    else:
        form.initial["template"] = _reported(found, form)
    return form


def _reported(found: list[Any], form: DeedForm) -> str:
    """The rule that all of them were reported for; picked alone, so that another pick counts."""
    named = {f"{RULE}{getattr(row, 'reason', '')}" for row in found}
    offered = {value for value, _title, _text in form.at_hand}
    return named.pop() if len(named) == 1 and named <= offered else ""


def _confirm(
    page: Any,
    request: HttpRequest,
    here: Queue,
    deed: str,
    found: list[Any],
    form: DeedForm,
    back: str,
) -> HttpResponse:
    label = next(one.label for one in here.deeds() if one.name == deed)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": label,
        "deed": deed,
        "queue": here.name,
        "found": [(row.pk, here.told(row), *_shown(row)) for row in found],
        "swept": _swept(found) if deed == "sweep" else None,
        "form": form,
        "at_hand": form.at_hand,
        "next": back,
    }
    return TemplateResponse(request, "admin/moderation/case/confirm.html", context)


def _shown(row: Any) -> tuple[str, str]:
    """Where the text is that a row is about, and its first line."""
    text = getattr(row, "post", None) or getattr(row, "comment", None)
    if text is None:
        return "", ""
    line = next((one for one in text.text.splitlines() if one.strip()), "")
    return text.get_absolute_url(), Truncator(line).chars(200)


def _swept(found: list[Any]) -> tuple[int, int]:
    """How many posts and comments go with their authors."""
    posts = comments = 0
    for author, board in {(row.author, row.board) for row in found if row.author}:
        posts += Post.objects.live().filter(author=author, board=board).count()
        comments += Comment.objects.live().filter(author=author, post__board=board).count()
    return posts, comments


def _do(
    page: Any,
    request: HttpRequest,
    here: Queue,
    deed: str,
    found: list[Any],
    said: Wishes,
    back: str,
) -> HttpResponse:
    """Each by itself, all in one batch; what can't be done is told."""
    batch = uuid4()
    by = By(staff_member(request), batch=batch)
    done = 0
    for row in found:
        try:
            here.do(row, by, deed, said)
            done += 1
        except (ValidationError, PermissionDenied) as error:
            told = error.messages if isinstance(error, ValidationError) else [str(error)]
            page.message_user(request, f"{here.told(row)}: {' '.join(told)}", messages.WARNING)
    if not done:
        return redirect(back)
    label = next(one.label for one in here.deeds() if one.name == deed)
    if len(found) == 1:
        said_done = _("%(deed)s: %(what)s") % {"deed": label, "what": here.told(found[0])}
    else:
        said_done = ngettext("%(deed)s: %(n)d card.", "%(deed)s: %(n)d cards.", done)
        said_done %= {"deed": label, "n": done}
    page.message_user(request, said_done)
    return redirect(f"{back}{'&' if '?' in back else '?'}did={batch}")
