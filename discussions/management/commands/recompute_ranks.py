"""Computes the numbers that posts and comments are ordered by."""

from discussions.upkeep import ranks
from discussions.upkeep.command import SweepCommand


class Command(SweepCommand):
    help = (
        "Computes the orders hot, best and controversial anew, after a change of RANKING_TAU or "
        "of a formula, and says how many change. Changes nothing without --apply. "
        "Exit status: 0 all right or put right, 1 error, 2 usage, 3 something is to change."
    )
    sweeps = {"posts": ranks.POSTS, "comments": ranks.COMMENTS}
