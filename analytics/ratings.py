"""Ratings on a scale: the mean to one decimal, and the spread only where the base is large enough."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.rounding import masked_count

SMALLEST_BASE = 10
SMALLEST_BASE_FOR_SPREAD = 30


@dataclass(frozen=True)
class Rating:
    """mean: one decimal, None under the smallest base. spread: each score with its count or mask, None under 30."""

    base: int
    mean: float | None
    spread: tuple[tuple[int, str], ...] | None


def rate(counts: Mapping[int, int], smallest_base: int = SMALLEST_BASE) -> Rating:
    """From people by score (every score of the scale a key, 0 where nobody gave it); STATISTICS 1.5.

    Those who skipped the question, or said "not applicable", are no score and not in the base. Half is rounded up.
    Raises ValueError for a count below 0.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts are never below 0")
    base = sum(counts.values())
    if base < smallest_base:
        return Rating(base, None, None)
    total = sum(score * count for score, count in counts.items())
    mean = (20 * total + base) // (2 * base) / 10
    if base < SMALLEST_BASE_FOR_SPREAD:
        return Rating(base, mean, None)
    return Rating(base, mean, tuple((score, masked_count(n, base) or str(n)) for score, n in sorted(counts.items())))
