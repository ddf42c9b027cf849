"""Drill 12: a backup while eight members write, restored elsewhere: the same by checksum.

Each reply that was acknowledged before the backup began is in it; each that was acknowledged at all
is on the site, once.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.sizes import SMALL
from drills.lost import lost
from drills.result import Result, main, percentile
from drills.site import Site, fresh, said
from drills.writers import Answer, Load, writing

WRITERS = 8
CALM_SECONDS = 5.0  # of load before
ROUNDS = 3  # backups, one after the other


def drill(seconds: float) -> Result:
    site = fresh(SMALL.site)
    scene = site.scene(WRITERS)
    earlier = site.comments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with site.serving() as server, writing([server.port], scene) as load:
            began = time.monotonic()
            time.sleep(seconds)
            calm = load.between(began, time.monotonic())
            backups = [_back_up(site, folder / f"{n}.tar.zst", load) for n in range(ROUNDS)]
        faults = [f"{len(load.failed)} replies failed"] if load.failed else []
        faults += lost(site, load, earlier)
        for backup in backups:
            faults += _wrong(site, backup)
        faults += _restored(site, backups[-1])
    busy = [answer for backup in backups for answer in backup["answers"]]
    return _result(calm, busy, backups, load, faults)


def _back_up(site: Site, path: Path, load: Load) -> dict[str, Any]:
    before = load.taken
    began = time.monotonic()
    made: dict[str, Any] = json.loads(said(site.run("manage.py", "backup", str(path), "--json")))
    answers = load.between(began, time.monotonic())
    return {**made, "before": before, "answers": answers}


def _wrong(site: Site, backup: dict[str, Any]) -> list[str]:
    verified = site.ask("restore", backup["file"], "--verify")
    backup["comments"] = verified["rows"]["discussions_comment"]
    return list(verified["differences"])


def _restored(site: Site, backup: dict[str, Any]) -> list[str]:
    """Restore for good into another database, and back that up: all checksums are equal."""
    other = site.beside("elsewhere")
    if not other.ask("restore", backup["file"], "--apply")["applied"]:
        return ["it was not restored"]
    missing = set(backup["before"]) - other.comments()
    faults = [f"{len(missing)} replies from before the backup are not in it"] if missing else []
    again = Path(backup["file"]).with_name("again.tar.zst")
    other.ask("backup", str(again))
    differing = other.run("-m", "drills.same", backup["file"], str(again))
    faults += said(differing).splitlines()
    wrong = other.faults()
    return faults + ([f"{wrong} faults elsewhere"] if wrong else [])


def _result(
    calm: list[Answer],
    busy: list[Answer],
    backups: list[dict[str, Any]],
    load: Load,
    faults: list[str],
) -> Result:
    p95 = {
        name: round(percentile([each.seconds for each in answers], 0.95) * 1000, 1)
        for name, answers in (("calm", calm), ("backup", busy))
    }
    seconds = [backup["seconds"] for backup in backups]
    figures = {
        "writers": WRITERS,
        "replies": len(load.taken),
        "replies_failed": len(load.failed),
        "replies_during_backups": len(busy),
        "p95_ms_calm": p95["calm"],
        "p95_ms_during_backups": p95["backup"],
        "backup_seconds": seconds,
        "backup_rows": [backup["rows"] for backup in backups],
        "backup_comments": [backup["comments"] for backup in backups],
        "backup_bytes": [backup["bytes"] for backup in backups],
    }
    told = (
        f"{ROUNDS} backups of {backups[-1]['rows']:,} rows took {max(seconds):.1f} s at most while "
        f"{len(busy):,} replies were written, {len(load.failed)} failed; p95 of a reply "
        f"{p95['backup']:.0f} ms, {p95['calm']:.0f} ms without a backup; restored elsewhere with "
        f"{len(faults)} differences"
    )
    return Result(12, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, CALM_SECONDS))
