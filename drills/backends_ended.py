"""Drill 9: pg_terminate_backend in the middle of a POST leaves nothing partial."""

import sys
import time

import psycopg2

from drills.lost import lost
from drills.result import Result, main
from drills.site import Site, fresh
from drills.writers import Load, writing

WRITERS = 8
SECONDS = 15.0
PAUSE = 0.2  # seconds between two
CALM_SECONDS = 3.0

# Of those that have written something, so that it is in the middle.
END_ONE = """
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
    ORDER BY random() LIMIT 1
"""


def drill(seconds: float) -> Result:
    site = fresh()
    scene = site.scene(WRITERS)
    earlier = site.comments()
    with site.serving() as server, writing([server.port], scene) as load:
        time.sleep(1)
        ended = _end_backends(site, seconds)
        over = time.monotonic()
        time.sleep(CALM_SECONDS)
    faults = lost(site, load, earlier)
    late = [answer for answer in load.failed if answer.sent > over]
    if late:
        faults.append(f"{len(late)} replies failed that were sent afterwards")
    if not ended:
        faults.append("no backend was in the middle of a write")
    return _result(ended, load, faults)


def _end_backends(site: Site, seconds: float) -> int:
    """How many were ended that had written something and not committed yet."""
    connection = psycopg2.connect(site.database)
    connection.autocommit = True
    ended = 0
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(END_ONE)
            found = cursor.fetchall()
            ended += len(found)
            time.sleep(PAUSE if found else 0)
    connection.close()
    return ended


def _result(ended: int, load: Load, faults: list[str]) -> Result:
    figures = {
        "ended": ended,
        "replies": len(load.taken),
        "failed": len(load.failed),
        "failed_with": load.statuses(),
    }
    wrong = set(load.statuses()) - {"503"}
    if wrong:
        faults.append(f"replies were answered with {', '.join(sorted(wrong))}")
    told = (
        f"{ended} backends were ended in the middle of a write; {len(load.failed)} replies "
        f"failed and were sent again, {len(load.taken):,} are there once, nothing half made"
    )
    return Result(9, told, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
