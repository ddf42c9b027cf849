"""The queues of the desk, each with its cards and what is done from them."""

from typing import Any

from moderation import queue
from moderation.admin.queues.base import Queue
from moderation.admin.queues.cases import CaseQueue
from moderation.admin.queues.rows import KINDS, RowQueue
from moderation.models import Case

__all__ = ["Queue", "queue_of"]


def queue_of(name: str, site: Any) -> Queue:
    """The queue of this name, with the admin of its rows."""
    if name in queue.SOURCES:
        model = queue.SOURCES[name].model
        return KINDS.get(name, RowQueue)(name, site.get_model_admin(model))
    return CaseQueue(name, site.get_model_admin(Case))
