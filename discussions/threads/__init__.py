"""A page of a thread: about 200 comments, whatever the thread holds."""

from discussions.threads.outline import DEPTH, ORDERS, PAGE_SIZE, SHARE, Item, Node
from discussions.threads.page import ShownComment, Thread, load_thread, single

__all__ = [
    "DEPTH",
    "ORDERS",
    "PAGE_SIZE",
    "SHARE",
    "Item",
    "Node",
    "ShownComment",
    "Thread",
    "load_thread",
    "single",
]
