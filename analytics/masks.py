"""How a count in a published group is shown: masks, rounding and the interval (STATISTICS 1.5, CONTRACTS 2.8)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from analytics.tables import GroupKey, PublishedGroup, PublishedRow, Status

Z_95 = 1.959963984540054
MASK_BELOW = 3
SENSITIVE_MASK_BELOW = 5
COARSE_BELOW = 50


class CountOutsideBase(ValueError):
    """A count is negative or larger than its base."""


@dataclass(frozen=True)
class MaskedCount:
    """A count as shown: its text, and whole percents that are None when masked."""

    n: str
    percent: int | None
    low: int | None
    high: int | None
    status: Status


def wilson(x: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval for a share x/n, as fractions (Newcombe 1998, method 3). Errors: CountOutsideBase."""
    if not 0 <= x <= n or n == 0:
        raise CountOutsideBase(f"{x} of {n}")
    share, spread = x / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def rounded_percent(x: int, n: int) -> int:
    """x/n in whole percent: to the nearest 5 below a base of 50, else the nearest 1, halves away from nought.

    A shown count never reads 0% or 100% (STATISTICS 1.5), so large bases stop at 1 and 99.
    """
    step = 5 if n < COARSE_BELOW else 1
    nearest = step * ((200 * x + step * n) // (2 * step * n))
    return min(max(nearest, 1), 99)


def masked_count(x: int, base: int, is_sensitive: bool = False) -> MaskedCount:
    """One reason of a published group. Masks: below 3 (sensitive 5) giving it, or as few not giving it."""
    if not 0 <= x <= base:
        raise CountOutsideBase(f"{x} of {base}")
    below = SENSITIVE_MASK_BELOW if is_sensitive else MASK_BELOW
    if x < below:
        return MaskedCount(f"<{below}", None, None, None, Status.MASKED)
    if base - x < below:
        return MaskedCount(f">={base - below + 1}", None, None, None, Status.MASKED)
    low, high = wilson(x, base)
    outwards = math.floor(round(100 * low, 9)), math.ceil(round(100 * high, 9))
    return MaskedCount(str(x), rounded_percent(x, base), *outwards, Status.SHOWN)


def published_row(key: GroupKey, reason: str, x: int, base: int, is_sensitive: bool, accepted_in: str) -> PublishedRow:
    """A visible group's row for one reason."""
    shown = masked_count(x, base, is_sensitive)
    return PublishedRow(
        key, reason, shown.n, base, shown.percent, shown.low, shown.high, shown.status, accepted_in=accepted_in
    )


def hidden_row(key: GroupKey, reason: str) -> PublishedRow:
    """A row that says nothing but that it is hidden, whatever the cause."""
    return PublishedRow(key, reason, "", None, None, None, None, Status.HIDDEN)


def rows_of(group: PublishedGroup, reasons: Iterable[str], sensitive: Collection[str] = ()) -> list[PublishedRow]:
    """A published group's rows as readers see them, in the order of `reasons`; a reason without a count is hidden."""
    rows = []
    for reason in reasons:
        if reason not in group.counts:
            rows.append(replace(hidden_row(group.key, reason), accepted_in=group.accepted_in))
            continue
        row = published_row(group.key, reason, group.counts[reason], group.base, reason in sensitive, group.accepted_in)
        weighted = group.weighted_percents.get(reason) if row.status is Status.SHOWN else None
        rows.append(replace(row, weighted_percent=weighted))
    return rows
