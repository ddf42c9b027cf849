"""Counts counters and points anew."""

from discussions.upkeep import counts
from discussions.upkeep.command import SweepCommand


class Command(SweepCommand):
    help = (
        "Counts points, comments, posts and subscribers anew and says what drifted, and the "
        "orders that follow from points. Changes nothing without --apply. "
        "Exit status: 0 all right or put right, 1 error, 2 usage, 3 something is wrong."
    )
    sweeps = {"posts": counts.POSTS, "comments": counts.COMMENTS, "boards": counts.BOARDS}
