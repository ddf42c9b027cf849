"""Which act took a text off its board, for its author."""

from collections.abc import Iterable, Sequence
from typing import Any

from discussions.models import Comment, Post
from moderation.models import Act
from moderation.models.log import Verb

NOTICED = (Verb.REMOVE, Verb.SPAM, Verb.HOLD)


def latest_acts(targets: Iterable[Post | Comment], verbs: Sequence[Verb]) -> dict[int, Act]:
    """The last of such acts about each of some posts, or of some comments, by their ids."""
    found = list(targets)
    if not found:
        return {}
    return _latest(Comment if isinstance(found[0], Comment) else Post, [t.pk for t in found], verbs)


def latest_on_comments(ids: Sequence[int], verbs: Sequence[Verb]) -> dict[int, Act]:
    return _latest(Comment, ids, verbs) if ids else {}


def _latest(
    model: type[Post | Comment], ids: Sequence[int], verbs: Sequence[Verb]
) -> dict[int, Act]:
    key: Any = model.__name__.lower()
    acts = Act.objects.filter(**{f"{key}__in": ids}, verb__in=verbs)
    by_id = {}
    for act in acts.select_related("actor", "board").order_by("pk"):
        by_id[getattr(act, f"{key}_id")] = act
    return by_id
