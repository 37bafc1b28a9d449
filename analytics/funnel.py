"""Funnel plots: how far units of different size may lie from the centre by chance (Spiegelhalter 2005)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.heavy import special
from analytics.intervals import Interval, normal_quantile

LEVEL_WARNING = 0.95
LEVEL_ALARM = 0.998
Z_WARNING = normal_quantile(LEVEL_WARNING)  # 1.96
Z_ALARM = normal_quantile(LEVEL_ALARM)  # 3.0902
FEWEST_UNITS_FOR_OVERDISPERSION = 10
_WINSORISED = 0.10


class Position(StrEnum):
    """Where a unit lies. Only the outermost is named on the plot; there is no league table."""

    INSIDE = "inside"
    BEYOND_95 = "beyond_95"
    BEYOND_998 = "beyond_998"


@dataclass(frozen=True)
class Unit:
    """One unit of a proportion funnel: n of base, both counts of people or of cases."""

    name: str
    n: int
    base: int


@dataclass(frozen=True)
class Placed:
    """A unit with its share and its place. share and limits run from 0 to 1."""

    unit: Unit
    share: float
    position: Position


@dataclass(frozen=True)
class Funnel:
    """centre: share of all units together; phi: winsorised over-dispersion; tau2: added variance (arcsine scale)."""

    centre: float
    phi: float
    tau2: float
    placed: tuple[Placed, ...]

    @property
    def is_overdispersed(self) -> bool:
        return self.tau2 > 0

    def limits(self, base: int) -> tuple[Interval, Interval]:
        """95% and 99.8% limits for a unit of this base."""
        if self.is_overdispersed:
            warning, alarm = (arcsine_limits(self.centre, base, z, self.tau2) for z in (Z_WARNING, Z_ALARM))
        else:
            warning, alarm = (binomial_limits(self.centre, base, z) for z in (Z_WARNING, Z_ALARM))
        return warning, alarm

    @property
    def named(self) -> tuple[str, ...]:
        """Units beyond the 99.8% limits, in the order given."""
        return tuple(p.unit.name for p in self.placed if p.position is Position.BEYOND_998)


def binomial_limits(centre: float, base: int, z: float) -> Interval:
    """centre +- z sqrt(centre(1-centre)/base), clipped to 0..1 (normal approximation, Spiegelhalter 2005)."""
    half = z * math.sqrt(centre * (1 - centre) / base)
    return Interval(max(centre - half, 0.0), min(centre + half, 1.0))


def arcsine_limits(centre: float, base: int, z: float, tau2: float) -> Interval:
    """Limits widened by the additive variance tau2, on the arcsine scale and brought back to shares."""
    middle = math.asin(math.sqrt(centre))
    half = z * math.sqrt(1 / (4 * base) + tau2)
    low, high = max(middle - half, 0.0), min(middle + half, math.pi / 2)
    return Interval(math.sin(low) ** 2, math.sin(high) ** 2)


def ratio_limits(expected: float, level: float = LEVEL_WARNING) -> Interval:
    """Exact Poisson limits for observed/expected around 1, for a unit with this many expected events."""
    if expected <= 0:
        raise ValueError("a ratio needs expected events above 0")
    tail = (1 - level) / 2
    low = float(special.gammaincinv(expected, tail)) / expected
    return Interval(low, float(special.gammaincinv(expected + 1, 1 - tail)) / expected)


def overdispersion(units: Sequence[Unit], centre: float) -> tuple[float, float]:
    """phi = mean squared winsorised z, and tau2, the additive variance on the arcsine scale (CONTRACTS 7).

    z = 2 sqrt(base)(asin sqrt share - asin sqrt centre), winsorised at the 10th and 90th centile; weights 4 base.
    """
    base = np.array([unit.base for unit in units], dtype=np.float64)
    share = np.array([unit.n for unit in units], dtype=np.float64) / base
    z = 2 * np.sqrt(base) * (np.arcsin(np.sqrt(share)) - math.asin(math.sqrt(centre)))
    return winsorised_spread(z, 4 * base)


def winsorised_spread(z: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """phi, the mean squared z winsorised at the 10th and 90th centile, and the additive variance tau2 it implies."""
    low, high = np.quantile(z, [_WINSORISED, 1 - _WINSORISED])
    phi = float((np.clip(z, low, high) ** 2).mean())
    spread = float(weights.sum() - (weights**2).sum() / weights.sum())
    return phi, max(0.0, (len(z) * phi - (len(z) - 1)) / spread) if spread > 0 else 0.0


def make_funnel(units: Sequence[Unit]) -> Funnel:
    """Place every unit with a base above 0 against the share of all together.

    Over-dispersion is added only with 10 units or more and phi above 1. Raises ValueError when no unit has a base.
    """
    counted = [unit for unit in units if unit.base > 0]
    if not counted:
        raise ValueError("a funnel plot needs a unit with a base above 0")
    centre = sum(unit.n for unit in counted) / sum(unit.base for unit in counted)
    phi, tau2 = overdispersion(counted, centre)
    if len(counted) < FEWEST_UNITS_FOR_OVERDISPERSION or phi <= 1:
        tau2 = 0.0
    bare = Funnel(centre, phi, tau2, ())
    shares = [unit.n / unit.base for unit in counted]
    positions = [position_of(share, bare.limits(unit.base)) for unit, share in zip(counted, shares, strict=True)]
    placed = tuple(map(Placed, counted, shares, positions))
    return Funnel(centre, phi, tau2, placed)


def position_of(value: float, limits: tuple[Interval, Interval]) -> Position:
    """Where a value lies by its 95% and 99.8% limits."""
    warning, alarm = limits
    if not alarm.holds(value):
        return Position.BEYOND_998
    return Position.INSIDE if warning.holds(value) else Position.BEYOND_95
