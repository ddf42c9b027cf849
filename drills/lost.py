"""What a fault has cost: every acknowledged reply must be there once, and nothing else."""

from drills.site import Site
from drills.writers import Load

# A reply's author votes for it in the same transaction.
HALF_MADE = """
    SELECT id FROM discussions_comment WHERE NOT EXISTS (
        SELECT 1 FROM discussions_commentvote WHERE target_id = discussions_comment.id
    )
"""


def lost(site: Site, load: Load, earlier: set[int]) -> list[str]:
    """What is wrong on a site that had the comments `earlier`, and whose writers have ended."""
    found = site.comments() - earlier
    taken = load.taken
    faults = []
    if not taken:
        faults.append("no reply was acknowledged")
    if len(set(taken)) != len(taken):
        faults.append(f"{len(taken) - len(set(taken))} replies were acknowledged twice")
    missing, more = set(taken) - found, found - set(taken)
    if missing or more:
        faults.append(f"{len(missing)} acknowledged replies are missing, {len(more)} are too many")
    half_made = found & {row[0] for row in site.query(HALF_MADE)}
    if half_made:
        faults.append(f"{len(half_made)} replies are half made")
    wrong = site.faults()
    return faults + ([f"{wrong} faults in trees and counters"] if wrong else [])
