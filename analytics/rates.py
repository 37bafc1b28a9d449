"""Leaving rates with their intervals, rates made comparable by standardisation, stability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from analytics.intervals import Interval, exact_poisson, poisson, wilson

SHORTEST_ANNUALISED = 3


class HeadcountMissing(ValueError):
    """A leaving rate lacks a month-end head-count; import it before the rate is shown."""


@dataclass(frozen=True)
class Rate:
    """per_cent leavers per 100 staff with a 95% interval, a year's worth when is_annualised."""

    leavers: int
    mean_headcount: float
    months: int
    per_cent: float
    interval: Interval
    is_annualised: bool


def leaving_rate(leavers: int, month_ends: Sequence[float | None]) -> Rate:
    """Leavers / mean of the month-end head-counts x 100; annualised from three months up.

    month_ends: n + 1 head-counts for n months, the first being the month-end before the period. Interval: Byar from 10
    leavers, exact Poisson below (Breslow and Day 1987). Internal moves are no leavers. Raises HeadcountMissing.
    """
    known = [count for count in month_ends if count is not None]
    if len(known) < 2 or len(known) < len(month_ends):
        raise HeadcountMissing(f"{len(month_ends) - len(known)} of {len(month_ends)} month-end head-counts are missing")
    mean = fmean(known)
    if mean <= 0:
        raise HeadcountMissing("the mean head-count is 0")
    months = len(known) - 1
    is_annualised = months >= SHORTEST_ANNUALISED
    factor = 100 / mean * (12 / months if is_annualised else 1)
    return Rate(leavers, mean, months, leavers * factor, poisson(leavers).times(factor), is_annualised)


@dataclass(frozen=True)
class Stratum:
    """A role or tenure band: events and exposure here, and in the reference population."""

    events: int
    exposure: float
    reference_events: int
    reference_exposure: float


@dataclass(frozen=True)
class Standardised:
    """Observed and expected events; ratio (1 = as expected) and rate per 100, both with 95% limits."""

    observed: int
    expected: float
    ratio: float
    ratio_interval: Interval
    per_cent: float
    per_cent_interval: Interval


def indirectly_standardised(strata: Sequence[Stratum]) -> Standardised:
    """Observed events over those expected at the reference's rates (Breslow and Day 1987), times the reference's rate.

    Raises ValueError when nothing is expected, since a ratio would mean nothing.
    """
    expected = sum(s.exposure * s.reference_events / s.reference_exposure for s in strata if s.reference_exposure > 0)
    if expected <= 0:
        raise ValueError("no events are expected in these strata")
    observed = sum(s.events for s in strata)
    reference = sum(s.reference_events for s in strata) / sum(s.reference_exposure for s in strata) * 100
    ratio, limits = observed / expected, poisson(observed).times(1 / expected)
    return Standardised(observed, expected, ratio, limits, ratio * reference, limits.times(reference))


def directly_standardised(shares: Mapping[str, float], standard: Mapping[str, float]) -> float:
    """The share a group would have with the standard population's mix: shares by stratum weighted by the standard.

    Raises KeyError when a stratum of the standard has no share.
    """
    total = sum(standard.values())
    return sum(shares[stratum] * weight for stratum, weight in standard.items()) / total


@dataclass(frozen=True)
class Stability:
    """Share, in percent, of last year's head-count that has a year's service now."""

    with_a_year: int
    headcount_a_year_ago: int
    per_cent: float
    interval: Interval


def stability(with_a_year: int, headcount_a_year_ago: int) -> Stability:
    """Staff with at least a year's service now / head-count a year ago x 100, with Wilson limits.

    Raises ValueError when there were fewer staff a year ago than have a year's service now.
    """
    limits = wilson(with_a_year, headcount_a_year_ago).times(100)
    return Stability(with_a_year, headcount_a_year_ago, 100 * with_a_year / headcount_a_year_ago, limits)


def rare_rate_interval(events: int, exposure: float) -> Interval:
    """Exact Poisson limits of events per 100 exposure, for tables whose counts are all small."""
    if exposure <= 0:
        raise ValueError("an exposure lies above 0")
    return exact_poisson(events).times(100 / exposure)
