"""Funnel plots of leaving rates: how far units of different size may lie from the common rate by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.funnel import (
    FEWEST_UNITS_FOR_OVERDISPERSION,
    LEVEL_ALARM,
    LEVEL_WARNING,
    Z_ALARM,
    Z_WARNING,
    Position,
    position_of,
    ratio_limits,
    winsorised_spread,
)
from analytics.intervals import Interval


@dataclass(frozen=True)
class ExposedUnit:
    """One unit: events and its exposure in person-years."""

    name: str
    events: int
    exposure: float


@dataclass(frozen=True)
class PlacedRate:
    """A unit with its rate (events per person-year) and its place."""

    unit: ExposedUnit
    rate: float
    position: Position


@dataclass(frozen=True)
class RateFunnel:
    """centre: events per person-year of all units together; phi, tau2: over-dispersion on the square-root scale."""

    centre: float
    phi: float
    tau2: float
    placed: tuple[PlacedRate, ...]

    @property
    def is_overdispersed(self) -> bool:
        return self.tau2 > 0

    def limits(self, exposure: float) -> tuple[Interval, Interval]:
        """95% and 99.8% limits of the rate for a unit of this exposure: exact Poisson, or widened by tau2."""
        expected = self.centre * exposure
        if self.is_overdispersed:
            ratios = (root_limits(expected, Z_WARNING, self.tau2), root_limits(expected, Z_ALARM, self.tau2))
        else:
            ratios = (ratio_limits(expected, LEVEL_WARNING), ratio_limits(expected, LEVEL_ALARM))
        return ratios[0].times(self.centre), ratios[1].times(self.centre)

    @property
    def named(self) -> tuple[str, ...]:
        """Units beyond the 99.8% limits, in the order given."""
        return tuple(one.unit.name for one in self.placed if one.position is Position.BEYOND_998)

    @property
    def high(self) -> tuple[str, ...]:
        """Those of `named` that lie above."""
        return tuple(one.unit.name for one in self.placed if one.unit.name in self.named and one.rate > self.centre)


def root_limits(expected: float, z: float, tau2: float) -> Interval:
    """Limits of observed / expected around 1 with additive variance tau2 on the square-root scale."""
    half = z * math.sqrt(1 / (4 * expected) + tau2)
    return Interval(max(1 - half, 0.0) ** 2, (1 + half) ** 2)


def make_rate_funnel(units: Sequence[ExposedUnit]) -> RateFunnel:
    """Place every unit that has exposure against the rate of all together (Spiegelhalter 2005).

    z = 2 (sqrt observed - sqrt expected), winsorised at the 10th and 90th centile; over-dispersion is added only with
    10 units or more and phi above 1. Raises ValueError when nothing is exposed or nobody left.
    """
    counted = [unit for unit in units if unit.exposure > 0]
    events, exposure = sum(unit.events for unit in counted), sum(unit.exposure for unit in counted)
    if not events:
        raise ValueError("a funnel plot of rates needs exposure and an event")
    centre = events / exposure
    expected = np.array([centre * unit.exposure for unit in counted])
    observed = np.array([unit.events for unit in counted], dtype=np.float64)
    phi, tau2 = winsorised_spread(2 * (np.sqrt(observed) - np.sqrt(expected)), 4 * expected)
    if len(counted) < FEWEST_UNITS_FOR_OVERDISPERSION or phi <= 1:
        tau2 = 0.0
    bare = RateFunnel(centre, phi, tau2, ())
    rates = [unit.events / unit.exposure for unit in counted]
    positions = [position_of(rate, bare.limits(unit.exposure)) for unit, rate in zip(counted, rates, strict=True)]
    placed = tuple(map(PlacedRate, counted, rates, positions))
    return RateFunnel(centre, phi, tau2, placed)
