"""How long people stay: survival by length of service with late entry, and shares leaving by cause."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.intervals import Interval, normal_quantile

HORIZONS = (3, 6, 12, 24)
SMALLEST_COHORT = 30
FEWEST_AT_RISK = 10
STILL_HERE = ""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spells:
    """Service of staff, one row a person or one row for `people` alike.

    entry: months of service when watching began (0 for those seen from their first day; left truncation otherwise);
    exit: months of service at leaving or at the last look, above entry; cause: why they left, '' when still here.
    """

    entry: Floats
    exit: Floats
    cause: tuple[str, ...]
    people: Floats

    def __post_init__(self) -> None:
        if not len(self.entry) == len(self.exit) == len(self.cause) == len(self.people):
            raise ValueError("entry, exit, cause and people are of one length")
        if (self.entry >= self.exit).any() or (self.entry < 0).any():
            raise ValueError("everybody is watched for some time: 0 <= entry < exit")

    @classmethod
    def of(
        cls,
        exit: Sequence[float],
        cause: Sequence[str],
        entry: Sequence[float] | None = None,
        people: Sequence[float] | None = None,
    ) -> "Spells":
        """From plain sequences; entry defaults to 0 and people to 1."""
        size = len(exit)
        start = np.zeros(size) if entry is None else np.asarray(entry, dtype=np.float64)
        count = np.ones(size) if people is None else np.asarray(people, dtype=np.float64)
        return cls(start, np.asarray(exit, dtype=np.float64), tuple(cause), count)

    @property
    def size(self) -> float:
        return float(self.people.sum())

    def at_risk(self, months: float) -> float:
        """People watched at this length of service, just before it."""
        return float(self.people[(self.entry < months) & (self.exit >= months)].sum())

    def events(self, months: float, cause: str | None = None) -> float:
        """People who left at exactly this length of service (for this cause)."""
        left = np.array([c != STILL_HERE if cause is None else c == cause for c in self.cause], dtype=bool)
        return float(self.people[left & (self.exit == months)].sum())

    @property
    def event_times(self) -> list[float]:
        left = np.array([c != STILL_HERE for c in self.cause], dtype=bool)
        return [float(t) for t in np.unique(self.exit[left])]


@dataclass(frozen=True)
class Step:
    """At this many months: people at risk just before, people leaving, the share, Greenwood's sum so far."""

    months: float
    at_risk: float
    left: float
    share: float
    greenwood: float

    def interval(self, level: float = 0.95) -> Interval:
        """Limits of a survival share on the log(-log) scale (Kalbfleisch and Prentice)."""
        if not 0 < self.share < 1:
            return Interval(self.share, self.share)
        reach = normal_quantile(level) * math.sqrt(self.greenwood) / math.log(self.share)
        return Interval(self.share ** math.exp(-reach), self.share ** math.exp(reach))


def kaplan_meier(spells: Spells, cause: str | None = None) -> tuple[Step, ...]:
    """Share still in post after each length of service at which somebody left (Kaplan and Meier 1958).

    With late entry people count as at risk only from their entry on. cause: leaving for this cause is the event and
    leaving for any other ends the watch; None: any leaving. Quote cumulative_incidence() for a share leaving by cause.
    """
    share, greenwood, steps = 1.0, 0.0, []
    for months in spells.event_times:
        at_risk, left = spells.at_risk(months), spells.events(months, cause)
        if left == 0:
            continue
        share *= 1 - left / at_risk
        greenwood += left / (at_risk * (at_risk - left)) if at_risk > left else 0.0
        steps.append(Step(months, at_risk, left, share, greenwood))
    return tuple(steps)


def cumulative_incidence(spells: Spells, cause: str) -> tuple[Step, ...]:
    """Share that has left for this cause by each length of service, other causes competing (Aalen and Johansen 1978).

    Step.share is the cumulative incidence; greenwood is not used (0).
    """
    still_here, share, steps = 1.0, 0.0, []
    for months in spells.event_times:
        at_risk, left = spells.at_risk(months), spells.events(months, cause)
        share += still_here * left / at_risk
        still_here *= 1 - spells.events(months) / at_risk
        if left:
            steps.append(Step(months, at_risk, left, share, 0.0))
    return tuple(steps)


@dataclass(frozen=True)
class Milestone:
    """After so many months: percent not gone for the cause (were it the only one), and left_percent gone for it.

    The figures are None where fewer than 10 people are at risk.
    """

    months: int
    at_risk: int
    percent: float | None
    interval: Interval | None
    left_percent: float | None


class CohortTooSmall(ValueError):
    """A cohort has fewer than 30 people: show a larger one."""


def early_leavers(spells: Spells, cause: str) -> tuple[Milestone, ...]:
    """Still in post (Kaplan-Meier) and left for this cause (Aalen-Johansen) at 3, 6, 12 and 24 months of service.

    Raises CohortTooSmall under 30 people.
    """
    if spells.size < SMALLEST_COHORT:
        raise CohortTooSmall(f"{spells.size:.0f} people")
    stayed, left = kaplan_meier(spells, cause), cumulative_incidence(spells, cause)
    milestones = []
    for months in HORIZONS:
        at_risk = int(spells.at_risk(months))
        if at_risk < FEWEST_AT_RISK:
            milestones.append(Milestone(months, at_risk, None, None, None))
            continue
        step = _at(stayed, months)
        limits = Interval(100.0, 100.0) if step is None else step.interval().times(100)
        gone = _at(left, months)
        share = 1.0 if step is None else step.share
        milestones.append(Milestone(months, at_risk, 100 * share, limits, 0.0 if gone is None else 100 * gone.share))
    return tuple(milestones)


def _at(steps: Sequence[Step], months: float) -> Step | None:
    """The last step at or before this length of service."""
    return next((step for step in reversed(steps) if step.months <= months), None)
