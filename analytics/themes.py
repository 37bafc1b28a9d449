"""Which reasons are given most: a ranking with base, percentage and interval, from counts or from released rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.intervals import wilson_whole_percents
from analytics.rounding import round_count_percent
from analytics.tables import PublishedRow, Status


@dataclass(frozen=True)
class Theme:
    """n of base people gave the reason. percent on the base's step, low and high Wilson 95% in whole percents.

    rank: 1 is the commonest; equal counts share a rank.
    """

    rank: int
    reason: str
    n: int
    base: int
    percent: int
    low: int
    high: int


def rank_reasons(counts: Mapping[str, int], base: int) -> tuple[Theme, ...]:
    """Reasons by falling count, then by code. For a notebook or the release job: counts here are exact, not masked.

    Raises ValueError when the base is 0 or a count exceeds it. Every reason has the same base: those who answered.
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    themes = []
    for reason, n in ordered:
        low, high = wilson_whole_percents(n, base)
        rank = 1 + sum(other > n for other in counts.values())
        themes.append(Theme(rank, reason, n, base, round_count_percent(n, base), low, high))
    return tuple(themes)


def rank_released(rows: Iterable[PublishedRow]) -> tuple[tuple[int | None, PublishedRow], ...]:
    """Released rows of one group, commonest first, each with its rank; masked and hidden ones last, without a rank.

    Masked rows keep the order of their codes: an order by hidden counts would tell them.
    """
    listed = list(rows)
    shown = [row for row in listed if row.status is Status.SHOWN]
    others = [row for row in listed if row.status is not Status.SHOWN]
    counts = [int(row.n) for row in shown]
    ranked = sorted(zip(counts, shown, strict=True), key=lambda pair: (-pair[0], pair[1].reason))
    first: list[tuple[int | None, PublishedRow]] = [(1 + sum(c > n for c in counts), row) for n, row in ranked]
    return (*first, *((None, row) for row in sorted(others, key=lambda row: row.reason)))
