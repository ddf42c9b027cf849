"""Taking back all that was done at once, and saying what that was."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from markup import excerpt
from moderation import words
from moderation.actions.batches import undo_batch
from moderation.actions.log import By
from moderation.models import Act

NAMED_AT_MOST = 5
NAME_LENGTH = 60


def take_back(batch: UUID, by: By) -> str:
    """Take back all acts of a batch that this person can; what is told of it."""
    by = replace(by, batch=uuid4())
    done, left = undo_batch(batch, by)
    told = _("Taken back: %(n)d") % {"n": done}
    if done:
        told = f"{told} ({_names(by.batch, done)})"
    return f"{told}. {_('Not taken back: %(n)d.') % {'n': left}}" if left else f"{told}."


def _names(undoing: UUID | None, count: int) -> str:
    """The first of those that were taken back in this batch."""
    acts = Act.objects.filter(undone_by__batch=undoing).select_related("member", "undoes")
    told = [_name(act) for act in acts.order_by("pk")[:NAMED_AT_MOST]]
    more = count - len(told)
    if more > 0:
        told.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return ", ".join(told)


def _name(act: Act) -> str:
    """ "removed “My old lathe”", "banned ann"."""
    text = excerpt(act.title or act.snapshot, NAME_LENGTH)
    name = f"“{text}”" if text else str(act.member or "")
    return f"{words.deed(act)} {name}".strip()
