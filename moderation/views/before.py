"""What moderators are told on the site: that it is done, or who removed a text before."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Member
from discussions.models import Comment, Post
from moderation import policy
from moderation.models import Act
from moderation.models.log import Verb
from moderation.notices import latest_acts


def removal(target: Post | Comment) -> Act | None:
    return latest_acts([target], (Verb.REMOVE, Verb.SPAM)).get(target.pk)


def who_removed(target: Post | Comment) -> str:
    """Whom the second of two moderators was too late for."""
    before = removal(target)
    who = policy.doer(before, named=True) if before else _("Somebody else")
    told = {"who": who, "what": before.get_verb_display() if before else Verb.REMOVE.label}
    return _("%(who)s was here before: %(what)s.") % told


def is_again(viewer: Member, target: Post | Comment, reason: str) -> bool:
    """Whether the form was sent twice, and did it the first time."""
    before = removal(target)
    return before is not None and before.actor_id == viewer.pk and before.reason == reason


def say(request: HttpRequest, said: str, act: Act | None, *, with_batch: bool = False) -> None:
    """Say what was done, with a button that takes it back, or all that was done with it."""
    if act is None:
        messages.success(request, said)
        return
    name = "moderation:undo-all" if with_batch else "moderation:undo"
    label = _("Undo all of it") if with_batch else _("Undo")
    messages.success(request, format_html("{} {}", said, undo_button(act, name, label)))


def undo_button(act: Act, name: str, label: str, *, in_place: bool = False) -> SafeString:
    """A button that takes an act back; `in_place`: htmx puts the answer where it stands."""
    return format_html(
        '<button form="deeds" formaction="{}" {}class="plain">{}</button>',
        reverse(name, args=[act.pk]),
        SafeString("hx-post ") if in_place else "",
        label,
    )
