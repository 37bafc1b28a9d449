"""Intervals for proportions and counts: Wilson, Clopper-Pearson, Byar and exact Poisson."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from analytics.heavy import special

BYAR_FROM = 10


@dataclass(frozen=True)
class Interval:
    """A lower and an upper limit in the unit of the figure they belong to."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def times(self, factor: float) -> "Interval":
        return Interval(self.low * factor, self.high * factor)


def normal_quantile(level: float) -> float:
    """z for a two-sided level such as .95 (1.96 to two decimals)."""
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    return NormalDist().inv_cdf(0.5 + level / 2)


def _check_proportion(n: int, base: int) -> None:
    if base <= 0 or not 0 <= n <= base:
        raise ValueError(f"{n} of {base} is not a proportion")


def wilson(n: int, base: int, level: float = 0.95) -> Interval:
    """Wilson's score interval without continuity correction for n of base, as shares (Newcombe 1998, method 3).

    Raises ValueError when base is 0 or n lies outside 0..base.
    """
    _check_proportion(n, base)
    z = normal_quantile(level)
    share, z2 = n / base, z * z
    centre = share + z2 / (2 * base)
    half = z * math.sqrt(share * (1 - share) / base + z2 / (4 * base * base))
    scale = 1 + z2 / base
    low = 0.0 if n == 0 else (centre - half) / scale
    high = 1.0 if n == base else (centre + half) / scale
    return Interval(low, high)


def wilson_whole_percents(n: int, base: int, level: float = 0.95) -> tuple[int, int]:
    """Wilson's interval widened outwards to whole percents, as released tables show it (CONTRACTS 2.8)."""
    limits = wilson(n, base, level)
    low, high = math.floor(100 * limits.low + 1e-9), math.ceil(100 * limits.high - 1e-9)
    return max(low, 0), min(high, 100)


def clopper_pearson(n: int, base: int, level: float = 0.95) -> Interval:
    """The exact (Clopper-Pearson 1934) interval for n of base, as shares; same errors as wilson()."""
    _check_proportion(n, base)
    tail = (1 - level) / 2
    low = 0.0 if n == 0 else float(special.betaincinv(n, base - n + 1, tail))
    high = 1.0 if n == base else float(special.betaincinv(n + 1, base - n, 1 - tail))
    return Interval(low, high)


def byar(events: int, level: float = 0.95) -> Interval:
    """Byar's approximate Poisson limits for a count of events (Breslow and Day 1987); meant for 10 events and more."""
    if events < 0:
        raise ValueError("a count is never below 0")
    z = normal_quantile(level)
    above = events + 1
    low = 0.0 if events == 0 else events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return Interval(low, above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3)


def exact_poisson(events: int, level: float = 0.95) -> Interval:
    """Exact (Garwood 1936) Poisson limits for a count of events, in events."""
    if events < 0:
        raise ValueError("a count is never below 0")
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(special.gammaincinv(events, tail))
    return Interval(low, float(special.gammaincinv(events + 1, 1 - tail)))


def poisson(events: int, level: float = 0.95) -> Interval:
    """Limits for a count of events: Byar's from 10, exact below (Public Health England technical guide)."""
    return byar(events, level) if events >= BYAR_FROM else exact_poisson(events, level)
