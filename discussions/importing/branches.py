"""Which comment answers which, in an archive that may be damaged or hostile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from discussions.importing.records import Remark
from discussions.trees import one_of_each_circle

POST = ""  # the parent of a root comment


def parent_links(
    remarks: Sequence[Remark], here: Mapping[str, str]
) -> tuple[dict[str, str], set[str]]:
    """The parent of each comment by id, and which are orphans, hung under the post instead.

    `here` has the thread of each comment that is written already. An orphan's parent is nowhere,
    in another thread, or (of one comment in each circle) among its own replies.
    """
    threads = {**here, **{remark.id: remark.thread for remark in remarks}}
    orphans = {
        remark.id
        for remark in remarks
        if remark.parent != POST and threads.get(remark.parent) != remark.thread
    }
    links = {remark.id: POST if remark.id in orphans else remark.parent for remark in remarks}
    circular = one_of_each_circle(links)
    return links | dict.fromkeys(circular, POST), orphans | circular


def branches(remarks: Sequence[Remark]) -> list[list[Remark]]:
    """The comments of a thread in parts that don't answer each other."""
    parents: dict[str, str] = {}
    for remark in remarks:
        parents.setdefault(remark.id, remark.parent)
    tops: dict[str, str] = {}
    for start in parents:
        path: dict[str, None] = {}
        node = start
        while node in parents and node not in tops and node not in path:
            path[node] = None
            node = parents[node]
        if path:
            top = tops.get(node, next(reversed(path)))
            tops.update(dict.fromkeys(path, top))
    found: dict[str, list[Remark]] = defaultdict(list)
    for remark in remarks:
        found[tops[remark.id]].append(remark)
    return list(found.values())
