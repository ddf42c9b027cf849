"""The review queue: what waits, how much of it, and what a card tells of each."""

from moderation.queue.cards import Card, cards, diff, handle
from moderation.queue.cases import PAGE_SIZE, STAFF_QUEUE, Wish, page
from moderation.queue.waits import EXPIRING_WITHIN, Waiting, counts

__all__ = [
    "EXPIRING_WITHIN",
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
