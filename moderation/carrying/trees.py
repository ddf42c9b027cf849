"""Comments of a file, whole trees at a time."""

from collections.abc import Sequence

from discussions import ranking
from discussions.models import Comment
from discussions.trees import nested_sets
from moderation.carrying.arriving import content, insert, sources_here
from moderation.carrying.shapes import Arrival, Kind, Line, Row
from moderation.carrying.values import Malformed


def plant(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    """Write trees, their nested sets computed from the links between comments."""
    new = arrival.ids.find(kind.name, [row.old for row in found])
    _require_one_thread(found, new)
    places = nested_sets({new[row.old]: row.values["parent_id"] for row in found})
    here = sources_here(Comment, found)
    rows: list[Line] = []
    for row, text in zip(found, html, strict=True):
        place = places.get(new[row.old])
        if place is None:
            raise Malformed("parent: is not in the same tree", row.number)
        values = row.values | content(row.values, text, here) | place._asdict()
        rows.append(values | {"best": ranking.best(values["ups"], values["downs"])})
    insert(arrival, kind, found, rows)


def _require_one_thread(found: Sequence[Row], new: dict[int, int]) -> None:
    posts = {new[row.old]: row.values["post_id"] for row in found}
    for row in found:
        parent = row.values["parent_id"]
        if parent is not None and posts.get(parent) not in (None, row.values["post_id"]):
            raise Malformed("parent: is in another thread", row.number)
