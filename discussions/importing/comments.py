"""An archive's comments, a pack of trees at a time: chosen, rendered, written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from discussions.importing import planting
from discussions.importing.branches import branches
from discussions.importing.members import Members
from discussions.importing.records import Remark
from discussions.importing.rendering import Renderer
from discussions.importing.report import Report
from discussions.importing.retry import insist
from discussions.importing.writing import Writer

T = TypeVar("T")

# Comments that are written in one transaction; a single tree may have more.
PACK = 2_000


@dataclass
class Pack:
    """Comments to be written in one transaction."""

    remarks: list[Remark]
    html: Callable[[], list[str]]  # waits until it is rendered
    size: int  # with those that need not be written

    def write(self, members: Members) -> planting.Planted:
        texts = dict(zip(self.remarks, self.html(), strict=True))

        def again() -> None:
            """Another import may have written some of them, or a member may be gone."""
            members.forget()
            here = planting.here(remark.id for remark in texts)
            for remark in [each for each in texts if each.id in here]:
                del texts[remark]

        return insist(lambda: planting.plant(texts, members), again)


def write_all(
    threads: Iterable[list[Remark]],
    wanted: Callable[[str], bool],
    members: Members,
    renderer: Renderer,
    report: Report,
    advance: Callable[[int], Any],
) -> None:
    """Write the comments that are not here yet; while packs are written the next are rendered.

    `wanted` tells by a board's name whether its comments are; `advance` is called with the number
    of comments that were dealt with. Raises planting.BrokenTree.
    """
    chosen = ((_select(remarks, wanted, report), len(remarks)) for remarks in _packs(threads))
    rendering = (
        Pack(new, renderer.start([remark.text for remark in new]), size) for new, size in chosen
    )
    with Writer() as writer:
        writing = (
            (writer.start(partial(pack.write, members)), pack.size)
            for pack in _behind(rendering, renderer.workers)
        )
        for planted, size in _behind(writing, writer.at_once):
            done = planted()
            report.count("comments", done.comments)
            report.count("orphans", done.orphans)
            advance(size)


def _behind(items: Iterable[T], count: int) -> Iterator[T]:
    """The items, each when `count` more have been begun."""
    waiting: deque[T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def _packs(threads: Iterable[list[Remark]]) -> Iterator[list[Remark]]:
    pack: list[Remark] = []
    for remarks in _parts(threads):
        if pack and len(pack) + len(remarks) > PACK:
            yield pack
            pack = []
        pack += remarks
    if pack:
        yield pack


def _parts(threads: Iterable[list[Remark]]) -> Iterator[list[Remark]]:
    """Threads, large ones in parts, so that members who write never wait for long."""
    for remarks in threads:
        if len(remarks) > PACK:
            yield from branches(remarks)
        else:
            yield remarks


def _select(pack: list[Remark], wanted: Callable[[str], bool], report: Report) -> list[Remark]:
    """Those of a pack that shall be written, oldest first; of two with one id the first."""
    # The database may have restarted while others wrote over their own connections.
    homes = insist(lambda: planting.homes(remark.thread for remark in pack))
    first: dict[str, Remark] = {}
    for remark in pack:
        home = homes.get(remark.thread)
        if home is None:
            report.problem("without_post", f"{remark.id} (post {remark.thread})")
        elif not wanted(home.board):
            report.count("skipped")
        elif first.setdefault(remark.id, remark) is not remark:
            report.count("duplicates")
    # In threads without comments nothing can be here, which saves most of the time of looking.
    old = [name for name, remark in first.items() if homes[remark.thread].has_comments]
    here = insist(lambda: planting.here(old))
    report.count("comments_here", len(here))
    new = (remark for remark in first.values() if remark.id not in here)
    return sorted(new, key=lambda remark: remark.created)
