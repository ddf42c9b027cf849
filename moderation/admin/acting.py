"""Doing what was asked from a queue: with one card or many, at once or after a page that asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import staff_member
from boards.models import Board, Power
from boards.policy import may
from discussions.models import Comment, Post
from moderation.actions.batches import swept_with
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.admin.forms import ASKS, RULE, DeedForm
from moderation.admin.queues import Queue
from moderation.admin.queues.base import Failure, first_line
from moderation.admin.telling import NAME_LENGTH, said_done, said_failed
from moderation.standing import Standing, in_force
from paging.ids import id_of

CHOSEN_AT_MOST = 100
# The fields of what is typed.
WORDS = ("reason", "note", "answer")
TO_MEMBERS = frozenset({"warn", "mute", "ban", "sweep", "note"})
# By these an action refuses what it was told, and not what it should be done to.
SAID_WRONG = frozenset({"until", "not_shorter", "shorter"})


@dataclass
class Done:
    batch: UUID
    rows: list[Any] = field(default_factory=list)


def act(page: Any, request: HttpRequest, here: Queue, back: str) -> HttpResponse:
    """`page` is the model admin of the desk, `back` the page of the queue to go to."""
    deed, chosen = _asked(request)
    labels = {one.name: one.label for one in here.deeds()}
    if deed not in labels:
        raise BadRequest(_("Choose what to do."))
    ids = _ids(chosen)
    found = here.chosen(request, ids)
    gone = len(ids) - len(found)
    if gone:
        told = ngettext(
            "Somebody decided this already.", "Somebody decided %(n)d of these already.", len(ids)
        )
        page.message_user(request, told % {"n": gone}, messages.WARNING)
    if deed in ASKS and "confirmed" not in request.POST:
        found = _fit(page, request, here, deed, found)
    if not found and not _loses_words(request, here, deed, ids):
        return redirect(back)
    if deed not in ASKS:
        done, failed = _do(request, here, deed, found, Wishes())
    else:
        form = _form(request, deed, found)
        if form.is_pointless:
            told = _("Less than a day is left of it: there is nothing shorter.")
            page.message_user(request, told, messages.WARNING)
            return redirect(back)
        if not found or not form.is_bound or not form.is_valid():
            return _confirm(page, request, here, deed, found, form, back)
        done, failed = _do(request, here, deed, found, form.wishes)
        if _said_wrong(form, done, failed):
            return _confirm(page, request, here, deed, found, form, back)
    _tell(page, request, here, failed, alone=len(found) == 1)
    if not done.rows:
        if _loses_words(request, here, deed, ids):
            return _confirm(page, request, here, deed, found, form, back)
        return redirect(back)
    page.message_user(request, said_done(here, deed, done.rows), messages.SUCCESS)
    return redirect(f"{back}{'&' if '?' in back else '?'}did={done.batch}")


def _fit(page: Any, request: HttpRequest, here: Queue, deed: str, found: list[Any]) -> list[Any]:
    """Those to which it can be done, as far as is known before it is asked; the rest is told."""
    unfit = here.unfit(request, deed, found)
    _tell(page, request, here, unfit, alone=len(found) == 1)
    left_out = {row.pk for row, _error in unfit}
    return [row for row in found if row.pk not in left_out]


def _tell(
    page: Any, request: HttpRequest, here: Queue, failed: list[Failure], *, alone: bool
) -> None:
    for line in said_failed(here, failed, alone=alone):
        page.message_user(request, line, messages.WARNING)


def _loses_words(request: HttpRequest, here: Queue, deed: str, ids: set[int]) -> bool:
    """Whether they typed what nobody would read: they did not decide it themselves before."""
    if "confirmed" not in request.POST or here.is_decided_by(request, ids):
        return False
    return any(request.POST.get(name, "").strip() for name in WORDS if name in ASKS.get(deed, ()))


def missing(request: HttpRequest, here: Queue) -> str:
    """What must be chosen before anything can be done, or ""."""
    deed, chosen = _asked(request)
    if not deed:
        return _("Choose what to do.")
    if not chosen and deed in {one.name for one in here.deeds()}:
        return _("Choose a card first.")
    return ""


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
    acts = [row.act for row in found] if deed == "reduce" else []
    ends = min((act.until for act in acts if act.until), default=None)
    standing = [one.ban for _name, one in _in_force(deed, found)]
    about: dict[str, Any] = {"ends": ends, "standing": standing}
    about["swept"] = _may_come_back(request, deed, found)
    if "confirmed" in request.POST:
        return DeedForm(deed, boards, request.POST, **about)
    form = DeedForm(deed, boards, **about)
    nth = request.POST.get("nth", "")
    picked = int(nth[:1]) if nth.isdecimal() else 0
    if 0 < picked <= len(form.at_hand):
        value, _title, text = form.at_hand[picked - 1]
        form.initial.update(template=value, reason=text)
    else:
        form.initial["template"] = _reported(found, form)
    return form


def _may_come_back(request: HttpRequest, deed: str, found: list[Any]) -> int:
    """How many texts went with the bans that are taken back, as far as they decide about texts."""
    if deed != "overturn":
        return 0
    member = staff_member(request)
    boards = Board.objects.with_standing(member).in_bulk({row.board_id for row in found})
    theirs = [row.act for row in found if may(member, boards[row.board_id], Power.CONTENT)]
    return sum(swept_with(theirs).values())


def _in_force(deed: str, found: list[Any]) -> list[tuple[str, Standing]]:
    """What is in force already against those who would be banned or muted, by their names."""
    if "sooner" not in ASKS[deed]:
        return []
    authors = {(row.author.pk, row.board_id): row.author for row in found if row.author}
    return [(authors[pair].username, one) for pair, one in in_force(authors).items()]


def _heading(label: Any, deed: str, found: list[Any]) -> str:
    """What is to be done, and to whom if that is one member."""
    names = {row.author.username for row in found if row.author} if deed in TO_MEMBERS else set()
    if len(names) != 1:
        return str(label)
    return _("%(deed)s: %(member)s") % {"deed": label, "member": names.pop()}


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
        "title": _heading(label, deed, found),
        "label": label,
        "in_force": _in_force(deed, found),
        "deed": deed,
        "queue": here.name,
        "found": [(row.pk, here.told(row), *_shown(row)) for row in found],
        "appeals": found if here.name == "appeals" else [],
        "swept": _swept(found) if deed == "sweep" else None,
        "form": form,
        "at_hand": form.at_hand,
        # Nothing else need be said then. Buttons of a form of their own: Enter is for this one.
        "at_once": bool(form.at_hand) and "days" not in form.fields,
        "next": back,
    }
    return TemplateResponse(request, "admin/moderation/case/confirm.html", context)


def _shown(row: Any) -> tuple[str, str]:
    """Where the text is that a row is about, and its first line."""
    text = getattr(row, "post", None) or getattr(row, "comment", None)
    if text is None:
        return "", ""
    line = first_line(text)
    told_already = isinstance(text, Comment) and len(line) <= NAME_LENGTH
    return text.get_absolute_url(), "" if told_already else Truncator(line).chars(200)


def _swept(found: list[Any]) -> tuple[int, int]:
    """How many posts and comments go with their authors."""
    posts = comments = 0
    for author, board in {(row.author, row.board) for row in found if row.author}:
        posts += Post.objects.live().filter(author=author, board=board).count()
        comments += Comment.objects.live().filter(author=author, post__board=board).count()
    return posts, comments


def _do(
    request: HttpRequest, here: Queue, deed: str, found: list[Any], said: Wishes
) -> tuple[Done, list[Failure]]:
    """Each by itself, all in one batch."""
    done, failed = Done(uuid4()), []
    by = By(staff_member(request), batch=done.batch)
    for row in found:
        try:
            here.do(row, by, deed, said)
            done.rows.append(row)
        except (ValidationError, PermissionDenied) as error:
            failed.append((row, error))
    return done, failed


def _said_wrong(form: DeedForm, done: Done, failed: list[Failure]) -> bool:
    """Whether it was refused because of what was said, which the form then tells."""
    refused = [error for _row, error in failed if isinstance(error, ValidationError)]
    wrong = [error for error in refused if error.code in SAID_WRONG]
    if done.rows or len(wrong) < len(failed):
        return False
    form.add_error(None, wrong[0])
    return True
