"""A page of a thread: about 200 comments, whatever the thread holds."""

from discussions.threads.outline import ORDERS, SHARE, Item, Node
from discussions.threads.page import ShownComment, Thread, chain_to, load_thread, single
from discussions.threads.queries import DEPTH, PAGE_SIZE

__all__ = [
    "DEPTH",
    "ORDERS",
    "PAGE_SIZE",
    "SHARE",
    "Item",
    "Node",
    "ShownComment",
    "Thread",
    "chain_to",
    "load_thread",
    "single",
]
