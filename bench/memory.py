"""Memory of processes, as PSS: what they share is counted once, in parts."""

import threading
from pathlib import Path

SAMPLES_PER_SECOND = 4


def pss(pid: int) -> float:
    """Proportional set size in MiB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def family(pid: int) -> float:
    """MiB of a process and its children."""
    return pss(pid) + sum(map(pss, children(pid)))


class Watch:
    """Notes the highest memory of a process, alone and with its children, until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.own = self.all = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.wait(1 / SAMPLES_PER_SECOND):
            own = pss(self.pid)
            self.own = max(self.own, own)
            self.all = max(self.all, own + sum(map(pss, children(self.pid))))

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
