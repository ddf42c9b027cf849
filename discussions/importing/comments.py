"""An archive's comments, a pack of trees at a time: chosen, rendered, written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from discussions.importing import planting
from discussions.importing.branches import branches
from discussions.importing.members import Members
from discussions.importing.records import Remark
from discussions.importing.rendering import Renderer
from discussions.importing.report import Report
from discussions.importing.retry import insist

# Comments that are written in one transaction; a single tree may have more.
PACK = 2_000


def write_all(
    threads: Iterable[list[Remark]],
    wanted: Callable[[str], bool],
    members: Members,
    renderer: Renderer,
    report: Report,
    advance: Callable[[int], Any],
) -> None:
    """Write the comments that are not here yet; while one pack is written the next are rendered.

    `wanted` tells by a board's name whether its comments are; `advance` is called with the number
    of comments that were dealt with. Raises planting.BrokenTree.
    """
    waiting: deque[tuple[list[Remark], int, Callable[[], list[str]]]] = deque()

    def finish() -> None:
        new, size, texts = waiting.popleft()
        html = texts()
        insist(lambda: planting.plant(new, html, members, report), members.forget)
        advance(size)

    for pack in _packs(threads):
        new = _select(pack, wanted, report)
        waiting.append((new, len(pack), renderer.start([remark.text for remark in new])))
        if len(waiting) > renderer.workers:
            finish()
    while waiting:
        finish()


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
    homes = planting.homes(remark.thread for remark in pack)
    first: dict[str, Remark] = {}
    for remark in pack:
        home = homes.get(remark.thread)
        if home is None:
            report.problem("without_post", f"{remark.id} (post {remark.thread})")
        elif not wanted(home.board):
            report.count("skipped")
        elif first.setdefault(remark.id, remark) is not remark:
            report.count("duplicates")
    here = planting.here(first)
    report.count("comments_here", len(here))
    new = (remark for remark in first.values() if remark.id not in here)
    return sorted(new, key=lambda remark: remark.created)
