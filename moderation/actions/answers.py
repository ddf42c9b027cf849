"""Appeals that are answered since what they ask for was done, in whatever way."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from discussions.models import Comment, Post
from moderation import letters
from moderation.actions.log import By
from moderation.models import Act, Appeal
from moderation.models.desk import target_field
from moderation.models.log import Verb

State = Appeal.State
# What ends when a text is shown, or is open to replies again.
ENDED_BY = {"removed_at": (Verb.REMOVE, Verb.SPAM), "locked_at": (Verb.LOCK,)}


def of_text(content: Post | Comment, by: By, before: Mapping[str, Any], *, but: Act | None) -> None:
    """Answer those who appealed against what is off a text now, and was not before.

    `but` this act, here and below: whoever takes it back answers that themselves.
    """
    for column, verbs in ENDED_BY.items():
        if before.get(column) and getattr(content, column) is None:
            about = {f"act__{target_field(content)}": content}
            _grant(by, but, **about, act__verb__in=verbs)


def of_ban(act: Act, by: By, *, but: Act | None) -> None:
    """Answer a member who appealed against a ban or a mute, since none is left."""
    verbs = (Verb.BAN, Verb.MUTE)
    _grant(by, but, member=act.member_id, board=act.board_id, act__verb__in=verbs)


def of_acts(acts: Sequence[int], by: By) -> None:
    """Answer those who appealed against these acts."""
    _grant(by, None, act__in=acts)


def _grant(by: By, but: Act | None, **about: Any) -> None:
    waiting = Appeal.objects.filter(state=State.OPEN, **about)
    if but is not None:
        waiting = waiting.exclude(act=but)
    for appeal in waiting.select_related("board", "act").order_by("pk"):
        now = timezone.now()
        still = Appeal.objects.filter(pk=appeal.pk, state=State.OPEN)
        if still.update(state=State.OVERTURNED, decided_by=by.actor, decided_at=now):
            appeal.state = State.OVERTURNED
            letters.tell_of_appeal(appeal, appeal.board)
