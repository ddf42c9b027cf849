"""The numbers that posts and comments are ordered by."""

import math
from datetime import datetime

from django.conf import settings

# 80 % confidence, as in Reddit's "confidence sort".
WILSON_Z = 1.2816


def age_term(created_at: datetime) -> float:
    """The part of `hot` that time gives: seconds since 1970 over RANKING_TAU."""
    return created_at.timestamp() / float(settings.RANKING_TAU)


def hot(score: int, created_at: datetime) -> float:
    """Reddit's order of posts: sign(s) * log10(max(|s|, 1)) + t / tau.

    Ten times the score weighs as much as being RANKING_TAU seconds younger.
    """
    sign = (score > 0) - (score < 0)
    return sign * math.log10(max(abs(score), 1)) + age_term(created_at)


def controversy(ups: int, downs: int) -> float:
    """Reddit's order of controversy: (ups + downs) ** (smaller / larger), 0 without both."""
    if not ups or not downs:
        return 0.0
    return float((ups + downs) ** (min(ups, downs) / max(ups, downs)))


def best(ups: int, downs: int) -> float:
    """Lower bound of the Wilson score interval for the share of up-votes (E. B. Wilson, 1927)."""
    n = ups + downs
    if not n:
        return 0.0
    z2 = WILSON_Z * WILSON_Z
    p = ups / n
    spread = WILSON_Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (p + z2 / (2 * n) - spread) / (1 + z2 / n)
