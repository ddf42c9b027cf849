"""What can be done from the queues, and what is done by each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from moderation.actions import desk, people, requests, undo
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.models import Appeal


class Deed(NamedTuple):
    """`key` presses it on the card that has the focus; the quiet ones stand in a line below."""

    name: str
    label: str | Promise
    key: str = ""
    quiet: bool = False


CASE_DEEDS = (
    Deed("approve", gettext_lazy("Approve"), "a"),
    Deed("remove", gettext_lazy("Remove"), "r"),
    Deed("spam", gettext_lazy("Spam"), "s"),
    Deed("lock", gettext_lazy("Lock"), "l"),
    Deed("unlock", gettext_lazy("Unlock"), "l"),
    Deed("ban", gettext_lazy("Ban"), "b"),
    Deed("note", gettext_lazy("Note"), "n"),
    Deed("claim", gettext_lazy("Claim"), "c"),
    Deed("release", gettext_lazy("Release"), "c"),
    Deed("ignore", gettext_lazy("Approve, and ignore reports until it is edited"), quiet=True),
    Deed("pin", gettext_lazy("Pin"), quiet=True),
    Deed("unpin", gettext_lazy("Unpin"), quiet=True),
    Deed("nsfw", gettext_lazy("Label NSFW"), quiet=True),
    Deed("spoiler", gettext_lazy("Label spoiler"), quiet=True),
    Deed("warn", gettext_lazy("Warn the author"), quiet=True),
    Deed("mute", gettext_lazy("Mute the author"), quiet=True),
    Deed("sweep", gettext_lazy("Ban, and remove all they wrote here"), quiet=True),
    Deed("pass_on", gettext_lazy("Pass to the staff"), quiet=True),
)
# These are done to a text, and mean nothing on the card of a member; these to a post.
OF_TEXTS = frozenset({"remove", "spam", "lock", "unlock", "ignore"})
OF_POSTS = frozenset({"pin", "unpin", "nsfw", "spoiler"})

# Of a comment, what is below it.
BELOW = {
    "lock": gettext_lazy("Lock what is below"),
    "unlock": gettext_lazy("Unlock what is below"),
}
# On the card of a member, who is not approved of.
OF_A_MEMBER = {"approve": gettext_lazy("Nothing wrong")}


def of_case(case: Any) -> list[Deed]:
    """Those that mean something for a case as it is."""
    left_out = set() if case.content else set(OF_TEXTS)
    left_out |= set() if case.post else set(OF_POSTS)
    left_out.add("release" if case.claimed_by_id is None else "claim")
    left_out.add("lock" if case.content and case.content.locked_at else "unlock")
    if case.post:
        pinned = case.post.pinned_until is not None and case.post.pinned_until > timezone.now()
        left_out.add("pin" if pinned else "unpin")
    if case.author is None:
        left_out |= {"ban", "note", "warn", "mute", "sweep"}
    deeds = [deed for deed in CASE_DEEDS if deed.name not in left_out]
    labels = {} if case.post_id else BELOW if case.comment_id else OF_A_MEMBER
    return [deed._replace(label=labels.get(deed.name, deed.label)) for deed in deeds]


@dataclass(frozen=True)
class RowDeed:
    """What is done with a row that is no case."""

    deed: Deed
    do: Callable[[Any, By, Wishes], Any]


def _decide(state: Appeal.State) -> Callable[[Any, By, Wishes], Any]:
    return lambda appeal, by, said: desk.decide_appeal(appeal, by, state, said)


def _extend(ban: Any, by: By, said: Wishes) -> None:
    longer = None if said.days is None else timedelta(days=said.days)
    desk.extend(ban, by, longer=longer, reason=said.reason)


def _answer(*, granted: bool) -> Callable[[Any, By, Wishes], Any]:
    return lambda request, by, _said: requests.decide(request, by, granted=granted)


_REQUESTS = (
    RowDeed(Deed("grant", gettext_lazy("Approve"), "a"), _answer(granted=True)),
    RowDeed(Deed("refuse", gettext_lazy("Decline"), "r"), _answer(granted=False)),
)
ROW_DEEDS: dict[str, tuple[RowDeed, ...]] = {
    "removed": (
        RowDeed(
            Deed("restore", gettext_lazy("Restore"), "a"), lambda act, by, _said: undo.undo(act, by)
        ),
    ),
    "appeals": (
        RowDeed(
            Deed("uphold", gettext_lazy("Refuse: it stays"), "u"), _decide(Appeal.State.UPHELD)
        ),
        RowDeed(Deed("reduce", gettext_lazy("Shorten"), "m"), _decide(Appeal.State.REDUCED)),
        RowDeed(
            Deed("overturn", gettext_lazy("Grant: take it back"), "a"),
            _decide(Appeal.State.OVERTURNED),
        ),
    ),
    "joins": _REQUESTS,
    "boards": _REQUESTS,
    "bans": (
        RowDeed(
            Deed("lift", gettext_lazy("Lift"), "a"),
            lambda ban, by, _said: people.lift(ban.member, ban.board, by),
        ),
        RowDeed(Deed("extend", gettext_lazy("Extend"), "b"), _extend),
    ),
}
