"""What can be done from the review queue."""

from typing import Any

from django.utils.translation import gettext_lazy

# Each with its key, and whether a card has a button for it; the menu has all.
DEEDS: list[tuple[str, Any, str, bool]] = [
    ("approve", gettext_lazy("Approve"), "a", True),
    ("ignore", gettext_lazy("Approve, and ignore reports until it is edited"), "", False),
    ("remove", gettext_lazy("Remove"), "r", True),
    ("spam", gettext_lazy("Spam"), "s", True),
    ("lock", gettext_lazy("Lock"), "l", True),
    ("pin", gettext_lazy("Pin"), "", False),
    ("nsfw", gettext_lazy("Label NSFW"), "", False),
    ("spoiler", gettext_lazy("Label spoiler"), "", False),
    ("warn", gettext_lazy("Warn the author"), "", False),
    ("mute", gettext_lazy("Mute the author"), "", False),
    ("ban", gettext_lazy("Ban"), "b", True),
    ("note", gettext_lazy("Note"), "n", True),
    ("claim", gettext_lazy("Claim"), "c", True),
    ("release", gettext_lazy("Release"), "", False),
    ("pass_on", gettext_lazy("Pass to the staff"), "", False),
]
LABELS = {name: label for name, label, _key, _button in DEEDS}
# These are done to a text, and mean nothing on the card of a member.
OF_TEXTS = frozenset({"remove", "spam", "lock", "pin", "nsfw", "spoiler"})
