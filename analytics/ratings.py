"""Ratings on a scale: the mean to one decimal, the share in favour, the spread only where the base is large enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.masks import published_row
from analytics.rounding import masked_count
from analytics.tables import PublishedGroup, PublishedRow, Status

SMALLEST_BASE = 10
SMALLEST_BASE_FOR_SPREAD = 30
IN_FAVOUR = {3: 3, 5: 4, 10: 7}
"""From which point on a scale of so many points counts as in favour: yes; agree; 7 of 10."""
LONG_ENOUGH_FOR_A_MEAN = 5


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


def rated(statement: str, point: int) -> str:
    """The code under which frozen counts hold those who gave a statement this point: `fair=4`."""
    return f"{statement}={point}"


def rating_rows(group: PublishedGroup, scale: int, statements: Sequence[str]) -> list[PublishedRow]:
    """A published group's row for every statement: how many are in favour, with the mean of their points.

    Input: counts by `statement=point`. The mean goes where its row is masked, lest it tell that all gave one point, and
    scales of under five points have none. Errors: KeyError for a scale that no threshold is known for.
    """
    return [_rating_row(group, scale, statement) for statement in statements]


def _rating_row(group: PublishedGroup, scale: int, statement: str) -> PublishedRow:
    points = {point: group.counts.get(rated(statement, point), 0) for point in range(scale + 1)}
    n = sum(count for point, count in points.items() if point >= IN_FAVOUR[scale])
    row = published_row(group.key, statement, n, group.base, False, group.accepted_in)
    mean = rate(points).mean if scale >= LONG_ENOUGH_FOR_A_MEAN and row.status is Status.SHOWN else None
    return replace(row, mean=mean)
