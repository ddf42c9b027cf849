"""By what the review queue is narrowed."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Board
from moderation.models import AutoRule
from moderation.models.rules import RULES_PER_BOARD
from moderation.queue import OWN_WORDS, Wish

# Reasons are offered of so many boards; of more, once one of them is chosen.
BOARDS_READ = 5

FILTERS: list[tuple[str, Any, list[tuple[str, Any]]]] = [
    (
        "about",
        gettext_lazy("kind"),
        [
            ("", gettext_lazy("all")),
            ("post", gettext_lazy("posts")),
            ("comment", gettext_lazy("comments")),
            ("member", gettext_lazy("members")),
        ],
    ),
    (
        "source",
        gettext_lazy("from"),
        [
            ("", gettext_lazy("all")),
            ("members", gettext_lazy("members")),
            ("rules", gettext_lazy("rules")),
        ],
    ),
    (
        "author",
        gettext_lazy("author"),
        [
            ("", gettext_lazy("all")),
            ("day", gettext_lazy("here for less than a day")),
            ("week", gettext_lazy("here for less than a week")),
            ("month", gettext_lazy("here for less than a month")),
        ],
    ),
    (
        "claimed",
        gettext_lazy("claimed"),
        [("", gettext_lazy("all")), ("me", gettext_lazy("by me")), ("free", gettext_lazy("free"))],
    ),
    (
        "age",
        gettext_lazy("waiting for"),
        [
            ("", gettext_lazy("all")),
            ("day", gettext_lazy("a day or more")),
            ("week", gettext_lazy("a week or more")),
            ("month", gettext_lazy("a month or more")),
        ],
    ),
    (
        "order",
        gettext_lazy("first"),
        [("", gettext_lazy("oldest")), ("reports", gettext_lazy("most reported"))],
    ),
]


def filters(wish: Wish, boards: set[int] | None) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """All of them, with the reasons that there may be on these boards (None: on all)."""
    choices = [("", _("all")), (OWN_WORDS, _("in their own words"))]
    choices += [(one, one) for one in reasons(wish.boards(boards))]
    if wish.reason and wish.reason not in dict(choices):
        choices.append((wish.reason, wish.reason))
    kind, *others = FILTERS
    return [kind, ("reason", _("reason"), choices), *others]


def reasons(boards: set[int] | None) -> list[str]:
    """The rules of boards, and those that work by themselves there."""
    titles: list[str] = []
    if boards is not None and len(boards) <= BOARDS_READ:
        for board in Board.objects.filter(pk__in=boards).only("rules").order_by("pk"):
            titles += board.rule_titles
    of_boards = Q(board__in=boards) if boards is not None else Q()
    rules = AutoRule.objects.filter(of_boards | Q(board__isnull=True)).order_by("pk")
    titles += rules.values_list("name", flat=True)[:RULES_PER_BOARD]
    return list(dict.fromkeys(titles))
