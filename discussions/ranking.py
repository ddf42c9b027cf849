"""The numbers that posts and comments are ordered by.

Each formula stands here twice, for Python (an importer that writes in bulk) and for the database
(a vote that counts in one UPDATE); a test holds the two together.
"""

import math
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, FloatField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Cast, Greatest, Least, Ln, Power, Sign, Sqrt
from django.db.models.lookups import LessThanOrEqual

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


def _float(expression: Any) -> Combinable:
    return Cast(expression, FloatField())


def hot_expression(score: Combinable, created_at: datetime) -> Combinable:
    """`hot` of a new score, for an UPDATE of one post."""
    size = Greatest(Abs(_float(score)), Value(1.0))
    order = Sign(_float(score)) * Ln(size) / Value(math.log(10))
    return order + Value(age_term(created_at))


def controversy_expression(ups: Combinable, downs: Combinable) -> Combinable:
    """`controversy` of new counts, for an UPDATE."""
    up, down = _float(ups), _float(downs)
    one_sided = When(_is_zero(up) | _is_zero(down), then=Value(0.0))
    power = Power(up + down, Least(up, down) / Greatest(up, down))
    return Case(one_sided, default=power, output_field=FloatField())


def best_expression(ups: Combinable, downs: Combinable) -> Combinable:
    """`best` of new counts, for an UPDATE."""
    up = _float(ups)
    n = up + _float(downs)
    z2 = WILSON_Z * WILSON_Z
    p = up / n
    # Least: rounding may take p a hair past 1, and the root of a negative number is an error.
    inner = p * (Value(1.0) - Least(p, Value(1.0))) / n + Value(z2 / 4) / (n * n)
    bound = (p + Value(z2 / 2) / n - Value(WILSON_Z) * Sqrt(inner)) / (Value(1.0) + Value(z2) / n)
    return Case(When(_is_zero(n), then=Value(0.0)), default=bound, output_field=FloatField())


def _is_zero(expression: Combinable) -> Any:
    return LessThanOrEqual(expression, Value(0.0))
