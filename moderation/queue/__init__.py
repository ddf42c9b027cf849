"""The review queue: what waits, how much of it, and what a card tells of each."""

from moderation.queue.cards import Card, RowCard, cards, diff, handle, lay_reported, row_cards
from moderation.queue.cases import OTHERS, OWN_WORDS, STAFF_QUEUE, Wish, page
from moderation.queue.others import EXPIRING_WITHIN, SOURCES
from moderation.queue.pages import PAGE_SIZE
from moderation.queue.waits import Waiting, counts

__all__ = [
    "EXPIRING_WITHIN",
    "OTHERS",
    "OWN_WORDS",
    "PAGE_SIZE",
    "SOURCES",
    "STAFF_QUEUE",
    "Card",
    "RowCard",
    "Waiting",
    "Wish",
    "cards",
    "counts",
    "diff",
    "handle",
    "lay_reported",
    "page",
    "row_cards",
]
