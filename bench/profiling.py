"""Where a page's time goes."""

import cProfile
import io
import pstats
import time
from sysconfig import get_path

from bench.queries import visitor
from bench.serving import ROOT

TIMES = 50
LINES = 25


def main(path: str, cookie: str, lines: int = LINES) -> str:
    """The functions that took the most time of their own, over TIMES answers to a member."""
    client = visitor(cookie)
    for _ in range(3):
        client.get(path)
    began = time.perf_counter()
    for _ in range(TIMES):
        client.get(path)
    plain = (time.perf_counter() - began) / TIMES
    with cProfile.Profile() as profile:
        for _ in range(TIMES):
            client.get(path)
    said = io.StringIO()
    pstats.Stats(profile, stream=said).sort_stats("tottime").print_stats(lines)
    title = f"{path} as a member: {plain * 1e3:.1f} ms in process; {TIMES} times under the profiler"
    return f"{title}\n{_tidy(said.getvalue())}"


def _tidy(report: str) -> str:
    """Without empty lines and folders that are the same on every machine."""
    plain = report.replace(f"{ROOT}/", "").replace(f"{get_path('stdlib')}/", "")
    lines = [line.rstrip() for line in plain.splitlines()]
    return "\n".join(_short(line) for line in lines if line and "Random listing" not in line)


def _short(line: str) -> str:
    head, packages, tail = line.partition("site-packages/")
    if not packages:
        return line
    return head[: head.rfind(" ") + 1] + tail
