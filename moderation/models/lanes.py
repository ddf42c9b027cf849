"""By what the review queue is narrowed, as small numbers, so that few indexes serve every choice.

A lane is a queue: of a kind of cases, theirs who moderate or passed on to the staff. A facet is one
combination of what else a case is narrowed by. The database keeps both beside each case; a page
asks for the first of every lane and facet that is wanted, however many others there are.
"""

from collections.abc import Collection
from itertools import product
from typing import Any

from django.db.models import Case, F, Q, Value, When

from paging import KeysetIndex

KINDS = ("reported", "held", "edited")
ABOUT = ("post", "comment", "member")
NEWNESSES = range(4)
EITHER = (False, True)


def _lane(kind: str, for_staff: bool) -> int:
    return 2 * KINDS.index(kind) + for_staff


def lanes(kinds: Collection[str] = KINDS, for_staff: Collection[bool] = EITHER) -> set[int]:
    return {_lane(kind, one) for kind, one in product(kinds, for_staff)}


def facets(
    about: Collection[str] = ABOUT,
    by_rule: Collection[bool] = EITHER,
    claimed: Collection[bool] = EITHER,
    newness: Collection[int] = NEWNESSES,
) -> set[int]:
    """Those with any of these: see FACET."""
    found = product(about, by_rule, claimed, newness)
    return {16 * ABOUT.index(of) + 8 * rule + 4 * taken + new for of, rule, taken, new in found}


LANE = Case(
    *(
        When(kind=kind, for_staff=for_staff, then=Value(_lane(kind, for_staff)))
        for kind, for_staff in product(KINDS, EITHER)
    )
)
FACET = (
    Case(
        When(post__isnull=False, then=Value(0)),
        When(comment__isnull=False, then=Value(16)),
        default=Value(32),
    )
    + Case(When(rule="", then=Value(0)), default=Value(8))
    + Case(When(claimed_by__isnull=True, then=Value(0)), default=Value(4))
    + F("newness")
)


# True of every case, and said by the pages that ask for no facet. So their indexes are of no use to
# the others, which PostgreSQL, that can't tell how rare a facet is, would go through them for.
OF_ANY_FACET = Q(facet__gte=0)


def case_indexes() -> list[Any]:
    """In both orders: of each board, and of all for the staff, by lane and what narrows it."""
    by_all = [
        (scope, [*where, "lane", *by])
        for scope, where in (("board", ["board"]), ("all", []))
        for by in ([], ["facet"], ["reason", "facet"])
    ]
    orders = (("-opened_at", "age"), ("-report_count", "reports"))
    found = [
        KeysetIndex(
            fields=[*leading, order, "-id"],
            condition=Q(closed_at__isnull=True) & (Q() if "facet" in leading else OF_ANY_FACET),
            name="_".join(["case", scope, *leading[leading.index("lane") + 1 :][:1], told]),
        )
        for scope, leading in by_all
        for order, told in orders
    ]
    claimed = [
        KeysetIndex(
            fields=["claimed_by", "lane", order, "-id"],
            condition=Q(closed_at__isnull=True, claimed_by__isnull=False),
            name=f"case_claimed_{told}",
        )
        for order, told in orders
    ]
    return [*found, *claimed]
