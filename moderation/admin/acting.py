"""Doing what was asked from a queue: with one card or many, at once or after a page that asks."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import staff_member
from moderation import queue
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.admin.forms import ASKS, DeedForm
from moderation.admin.queues import Queue

CHOSEN_AT_MOST = 100


def act(page: Any, request: HttpRequest, here: Queue, back: str) -> HttpResponse:
    """`page` is the model admin of the desk, `back` the page of the queue to go to."""
    deed, chosen = _asked(request)
    labels = {one.name: one.label for one in here.deeds()}
    if deed not in labels:
        raise BadRequest(_("Choose what to do."))
    found = here.chosen(request, _ids(chosen))
    if len(found) < max(1, len(set(chosen))):
        told = _("Somebody decided this already.") if chosen else _("Choose a card first.")
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
    ids = {queue.id_of(pk) for pk in chosen}
    if None in ids:
        raise PermissionDenied
    return {pk for pk in ids if pk is not None}


def _form(request: HttpRequest, deed: str, found: list[Any]) -> DeedForm:
    boards = {row.board_id for row in found}
    if "confirmed" in request.POST:
        return DeedForm(deed, boards, request.POST)
    form = DeedForm(deed, boards)
    nth = request.POST.get("nth", "")
    if nth.isdecimal() and "template" in form.fields:
        field: Any = form.fields["template"]
        picked = field.queryset[max(0, int(nth[:1]) - 1) :].first() if int(nth[:1]) else None
        if picked is not None:
            form.initial.update(template=picked.pk, reason=picked.text)
    return form


def _confirm(
    page: Any,
    request: HttpRequest,
    here: Queue,
    deed: str,
    found: list[Any],
    form: DeedForm,
    back: str,
) -> HttpResponse:
    templates: Any = form.fields.get("template")
    label = next(one.label for one in here.deeds() if one.name == deed)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": label,
        "deed": deed,
        "queue": here.name,
        "found": [(row.pk, here.told(row)) for row in found],
        "form": form,
        "templates": templates.queryset if templates else (),
        "next": back,
    }
    return TemplateResponse(request, "admin/moderation/case/confirm.html", context)


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
