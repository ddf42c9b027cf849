"""Drill 11: migrations under load, one release forth and back.

- The release before (the commit in rboard/baseline.json) goes on while its database is migrated to
  this code; this code takes over; the release before is brought back.
- A migration of a next release that is stuck behind a long transaction stops soon.
- Two migrators at once apply the migrations of a next release once, while this code goes on.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2

from bench.serving import ROOT, Failed
from drills.lost import lost
from drills.result import Result, main
from drills.site import Site, fresh, said
from drills.writers import Load, writing

WRITERS = 4
SECONDS = 3.0  # of load in each state
LATER = "rboard.tests.migrate_later"
APPLIED = "Applying boards.9002_motto_index... OK"
# For the lock 5 seconds, and to start.
STOPS_SECONDS = 15.0


def drill(seconds: float) -> Result:
    site = fresh(DJANGO_SETTINGS_MODULE="rboard.settings")
    with tempfile.TemporaryDirectory() as name:
        before, faults = _one_release(site, Path(name), seconds)
    scene = site.scene(WRITERS)
    earlier = site.comments()
    with site.serving() as server, writing([server.port], scene) as load:
        time.sleep(seconds)
        stopped = _stuck(site, faults)
        _two_at_once(site, faults)
        time.sleep(seconds)
    faults += lost(site, load, earlier)
    if load.failed:
        faults.append(f"{len(load.failed)} replies failed beside migrate: {load.statuses()}")
    slowest = max(answer.seconds for answer in load.answers)
    figures = {
        "replies_over_releases": len(before.taken),
        "replies": len(load.taken),
        "failed": len(before.failed) + len(load.failed),
        "stuck_seconds": round(stopped, 1),
        "slowest_reply_seconds": round(slowest, 1),
    }
    told = (
        f"{len(before.taken):,} replies from the old code, on the new tables, by the new code and "
        f"by the old again: {len(before.failed)} failed. A stuck migration stopped after "
        f"{stopped:.1f} s, of two at once one did the work; meanwhile {len(load.failed)} of "
        f"{len(load.taken):,} replies failed, the slowest took {slowest:.1f} s"
    )
    return Result(11, told, figures, faults)


def _one_release(site: Site, folder: Path, seconds: float) -> tuple[Load, list[str]]:
    """From the release before to this one, and back."""
    new = site.beside("released")
    old = _released(new.database, folder)
    scene = json.loads(
        said(old.run("-m", "bench.inside", "scene", json.dumps({"writers": WRITERS})))
    )
    earlier = new.comments()
    with ExitStack() as servers:  # which stay until all writers have ended
        ports = [servers.enter_context(old.serving()).port]
        with writing(ports, scene) as load:
            time.sleep(seconds)
            new.manage("migrate")
            for code in (old, new, old):
                ports[:] = [servers.enter_context(code.serving()).port]
                time.sleep(seconds)
    faults = lost(new, load, earlier)
    if load.failed:
        faults.append(f"{len(load.failed)} replies failed over releases: {load.statuses()}")
    return load, faults


def _released(database: str, folder: Path) -> Site:
    """A site of the release before, with its tables and static files, its code in `folder`."""
    commit = json.loads((ROOT / "rboard" / "baseline.json").read_text())["commit"]
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    archive = subprocess.run([*git, "archive", commit], capture_output=True, check=False)
    if archive.returncode:
        raise Failed(f"this checkout does not hold the released commit {commit[:12]}")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    # How members who write are made, with the models of then.
    shutil.copy(ROOT / "drills" / "scene.py", folder / "bench" / "scene.py")
    old = Site(database, folder, STATIC_ROOT=str(folder / "static-root"))
    old.ready_at = "/"  # the first release has no /readyz yet
    said(old.run("manage.py", "prepare"))
    return old


def _stuck(site: Site, faults: list[str]) -> float:
    """Seconds until a migration ends that waits for somebody's open transaction."""
    with closing(psycopg2.connect(site.database)) as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM boards_board")
        began = time.monotonic()
        child = site.run("-m", LATER)
        _output, errors = child.communicate()
        seconds = time.monotonic() - began
    if child.returncode != 1 or "Stopped, so that the site need not wait" not in errors:
        faults.append(f"a stuck migrate ended with {child.returncode}: {errors}")
    if seconds > STOPS_SECONDS:
        faults.append(f"a stuck migrate stopped after {seconds:.0f} s")
    return seconds


def _two_at_once(site: Site, faults: list[str]) -> None:
    outputs = [said(child) for child in [site.run("-m", LATER) for _ in range(2)]]
    workers = sum(APPLIED in output for output in outputs)
    idlers = sum("No migrations to apply" in output for output in outputs)
    if (workers, idlers) != (1, 1):
        faults.append(f"of two migrators {workers} migrated and {idlers} had nothing to do")


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
