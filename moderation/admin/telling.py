"""What the desk says it did, and to what."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from discussions.models import Comment, Post
from moderation.admin.queues import Queue
from moderation.admin.queues.base import Failure
from moderation.models import Case

NAMED_AT_MOST = 5
NAME_LENGTH = 60

DONE: dict[str, str | Promise] = {
    "approve": gettext_lazy("Approved %(what)s"),
    "ignore": gettext_lazy("Approved, and to be reported no more until edited, %(what)s"),
    "remove": gettext_lazy("Removed %(what)s"),
    "spam": gettext_lazy("Removed as spam %(what)s"),
    "lock": gettext_lazy("Locked %(what)s"),
    "unlock": gettext_lazy("Unlocked %(what)s"),
    "pin": gettext_lazy("Pinned %(what)s"),
    "unpin": gettext_lazy("Unpinned %(what)s"),
    "nsfw": gettext_lazy("Labelled as NSFW %(what)s"),
    "spoiler": gettext_lazy("Labelled as a spoiler %(what)s"),
    "warn": gettext_lazy("Warned, because of %(what)s"),
    "mute": gettext_lazy("Muted, because of %(what)s"),
    "ban": gettext_lazy("Banned, because of %(what)s"),
    "sweep": gettext_lazy("Banned, with all they wrote removed, because of %(what)s"),
    "note": gettext_lazy("Wrote a note, because of %(what)s"),
    "claim": gettext_lazy("Claimed %(what)s"),
    "release": gettext_lazy("Released %(what)s"),
    "pass_on": gettext_lazy("Passed to the staff %(what)s"),
    "restore": gettext_lazy("Restored %(what)s"),
    "uphold": gettext_lazy("Refused %(what)s"),
    "reduce": gettext_lazy("Shortened what was done, after %(what)s"),
    "overturn": gettext_lazy("Granted %(what)s"),
    "grant": gettext_lazy("Approved %(what)s"),
    "refuse": gettext_lazy("Declined %(what)s"),
    "lift": gettext_lazy("Lifted %(what)s"),
    "extend": gettext_lazy("Extended %(what)s"),
}
COUNTED = {
    "post": ngettext_lazy("%(n)d post", "%(n)d posts", "n"),
    "comment": ngettext_lazy("%(n)d comment", "%(n)d comments", "n"),
    "case": ngettext_lazy("%(n)d member", "%(n)d members", "n"),
    "appeal": ngettext_lazy("%(n)d appeal", "%(n)d appeals", "n"),
    "joinrequest": ngettext_lazy("%(n)d request", "%(n)d requests", "n"),
    "boardrequest": ngettext_lazy("%(n)d request", "%(n)d requests", "n"),
    "ban": ngettext_lazy("%(n)d ban", "%(n)d bans", "n"),
}


def said_done(here: Queue, deed: str, rows: Sequence[Any]) -> str:
    """ "Removed 2 posts: …"."""
    counts = Counter(_sort(row) for row in rows)
    told = [str(COUNTED[sort] % {"n": n}) for sort, n in counts.items()]
    what = get_text_list(told, _("and"))
    said = f"{str(DONE[deed]) % {'what': what}}: {names(here, rows)}"
    return f"{said}. {brought_back(back)}" if (back := _back(rows)) else said


def _back(rows: Sequence[Any]) -> int:
    """How many texts came back with the bans that were taken back on appeal."""
    return sum(getattr(row, "brought_back", 0) for row in rows)


def brought_back(texts: int) -> str:
    told = ngettext(
        "%(n)d text that was removed with it is back.",
        "%(n)d texts that were removed with it are back.",
        texts,
    )
    return told % {"n": texts}


def _sort(row: Model) -> str:
    """Of what sort that is what was acted on."""
    for model in (Post, Comment):
        name = model.__name__.lower()
        if getattr(row, f"{name}_id", None):
            return name
    return type(row).__name__.lower()


def names(here: Queue, rows: Sequence[Any]) -> str:
    """At most so many of them by name."""
    told = [f"“{Truncator(here.name_of(row)).chars(NAME_LENGTH)}”" for row in rows[:NAMED_AT_MOST]]
    more = len(rows) - len(told)
    if more:
        told.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return ", ".join(told)


def said_failed(here: Queue, failed: Sequence[Failure], *, alone: bool) -> list[str]:
    """Why it was not done, once for all of which it is the same."""
    if alone:
        # In quotes, since the admin would give a name that leads a message a capital.
        return [f"“{here.told(row)}”: {_reason(error)}" for row, error in failed]
    by_reason: dict[str, list[Any]] = defaultdict(list)
    decided: dict[str, list[Any]] = defaultdict(list)
    for row, error in failed:
        if getattr(error, "code", "") == "decided":
            decided[_who(row)].append(row)
        else:
            by_reason[_reason(error)].append(row)
    told = []
    for who, rows in decided.items():
        line = ngettext(
            "%(n)d was decided by %(who)s already: %(names)s",
            "%(n)d were decided by %(who)s already: %(names)s",
            len(rows),
        )
        told.append(line % {"n": len(rows), "who": who, "names": names(here, rows)})
    return told + [f"{why} {names(here, rows)}" for why, rows in by_reason.items()]


def _who(row: Any) -> str:
    """Who decided it, as far as it is known."""
    rows = Case.objects.filter(pk=row.pk) if isinstance(row, Case) else Case.objects.none()
    return rows.values_list("closed_by__username", flat=True).first() or _("somebody")


def _reason(error: ValidationError | PermissionDenied) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
