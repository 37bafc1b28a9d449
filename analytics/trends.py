"""Change over time: control charts for single values (XmR), and run charts while points are few."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median

FEWEST_POINTS = 12
LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.267
RUN_LENGTH = 7
COMMONEST_REASONS = 6


class Rule(StrEnum):
    """Why a point is marked (Wheeler; NHS Making Data Count)."""

    OUTSIDE = "outside the limits"
    ONE_SIDE = "7 in a row on one side of the centre"
    TREND = "7 in a row rising or falling"
    OUTER_THIRD = "2 of 3 in the outer third on one side"


@dataclass(frozen=True)
class Signal:
    """A rule met by the points at these positions (0 is the oldest)."""

    rule: Rule
    points: tuple[int, ...]


@dataclass(frozen=True)
class ControlChart:
    """values in the unit given, oldest first, None where a point is hidden or missing.

    Under 12 points it is a run chart: centre is the median, there are no limits and no signals.
    """

    values: tuple[float | None, ...]
    centre: float
    lower: float | None
    upper: float | None
    mean_range: float | None
    range_limit: float | None
    signals: tuple[Signal, ...]

    @property
    def is_run_chart(self) -> bool:
        return self.lower is None

    @property
    def marked(self) -> frozenset[int]:
        """Positions of points that meet any rule."""
        return frozenset(point for signal in self.signals for point in signal.points)


class NothingToChart(ValueError):
    """A series holds no value that may be shown."""


def control_chart(
    values: Sequence[float | None], floor: float | None = None, ceiling: float | None = None
) -> ControlChart:
    """An XmR chart of a series: mean, limits at +- 2.66 mean moving range, four rules (Wheeler 1993; STATISTICS 3).

    Moving ranges above 3.267 times their mean are left out once. A gap breaks runs and has no moving range. floor and
    ceiling clip limits that cannot be reached (0 and 100 for percentages). Raises NothingToChart without a value.
    """
    known = [value for value in values if value is not None]
    if not known:
        raise NothingToChart("no value of this series may be shown")
    ranges = _moving_ranges(values)
    if len(known) < FEWEST_POINTS or not ranges:
        return ControlChart(tuple(values), float(median(known)), None, None, None, None, ())
    centre = fmean(known)
    kept = [r for r in ranges if r <= RANGE_FACTOR * fmean(ranges)]
    mean_range = fmean(kept)
    reach = LIMIT_FACTOR * mean_range
    signals = tuple(_signals(values, centre, reach))
    lower = centre - reach if floor is None else max(centre - reach, floor)
    upper = centre + reach if ceiling is None else min(centre + reach, ceiling)
    return ControlChart(tuple(values), centre, lower, upper, mean_range, RANGE_FACTOR * mean_range, signals)


def _moving_ranges(values: Sequence[float | None]) -> list[float]:
    pairs = zip(values, values[1:], strict=False)
    return [abs(b - a) for a, b in pairs if a is not None and b is not None]


def _signals(values: Sequence[float | None], centre: float, reach: float) -> list[Signal]:
    found: list[Signal] = []
    for i, value in enumerate(values):
        if value is not None and abs(value - centre) > reach:
            found.append(Signal(Rule.OUTSIDE, (i,)))
    for sign in (1, -1):
        signed = [None if value is None else sign * (value - centre) for value in values]
        found += [Signal(Rule.ONE_SIDE, run) for run in _runs([s is not None and s > 0 for s in signed])]
        found += [Signal(Rule.TREND, run) for run in _trends(signed)]
        found += [Signal(Rule.OUTER_THIRD, three) for three in _two_of_three(signed, 2 * reach / 3)]
    return found


def _runs(holds: Sequence[bool], length: int = RUN_LENGTH) -> list[tuple[int, ...]]:
    """Longest stretches of at least this many in a row."""
    runs, start = [], 0
    for i in range(len(holds) + 1):
        if i < len(holds) and holds[i]:
            continue
        if i - start >= length:
            runs.append(tuple(range(start, i)))
        start = i + 1
    return runs


def _trends(values: Sequence[float | None]) -> list[tuple[int, ...]]:
    """Stretches of 7 points each above the one before it."""
    rises = [a is not None and b is not None and b > a for a, b in zip(values, values[1:], strict=False)]
    return [(run[0], *(i + 1 for i in run)) for run in _runs(rises, RUN_LENGTH - 1)]


def _two_of_three(values: Sequence[float | None], beyond: float) -> list[tuple[int, ...]]:
    """Points of each window of three of which two or more lie beyond, on this side."""
    found = []
    for i in range(len(values) - 2):
        points = tuple(j for j in range(i, i + 3) if (value := values[j]) is not None and value > beyond)
        if len(points) >= 2 and points not in found:
            found.append(points)
    return found
