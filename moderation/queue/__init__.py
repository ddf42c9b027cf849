"""The review queue: what waits, how much of it, and what a card tells of each."""

from moderation.queue.cards import Card, cards, diff, handle
from moderation.queue.cases import OTHERS, OWN_WORDS, STAFF_QUEUE, Wish, page
from moderation.queue.pages import PAGE_SIZE
from moderation.queue.waits import EXPIRING_WITHIN, Waiting, counts

__all__ = [
    "EXPIRING_WITHIN",
    "OTHERS",
    "OWN_WORDS",
    "PAGE_SIZE",
    "STAFF_QUEUE",
    "Card",
    "Waiting",
    "Wish",
    "cards",
    "counts",
    "diff",
    "handle",
    "page",
]
