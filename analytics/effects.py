"""Whether an action worked: the change where it was taken against the change elsewhere, and when nobody can tell."""

import math
from dataclasses import dataclass
from enum import StrEnum

from analytics.intervals import Interval, normal_quantile

SMALL_BASE = 30
LEVEL = 0.95


class Verdict(StrEnum):
    FELL = "fell"
    ROSE = "rose"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Share:
    """n of base people, from a released group."""

    n: int
    base: int

    def __post_init__(self) -> None:
        if self.base <= 0 or not 0 <= self.n <= self.base:
            raise ValueError(f"{self.n} of {self.base} is not a share")

    @property
    def value(self) -> float:
        return self.n / self.base

    @property
    def variance(self) -> float:
        return self.value * (1 - self.value) / self.base


@dataclass(frozen=True)
class Effect:
    """points: change in percentage points where acted, beyond the change elsewhere; interval: 95%, in points."""

    points: float
    interval: Interval
    is_small: bool

    @property
    def verdict(self) -> Verdict:
        if self.is_small or self.interval.holds(0):
            return Verdict.CANNOT_TELL
        return Verdict.FELL if self.points < 0 else Verdict.ROSE


def effect_of_action(acted_before: Share, acted_after: Share, rest_before: Share, rest_after: Share) -> Effect:
    """Difference in differences of a reason's share, in points, normal 95% interval (CONTRACTS 7).

    Variance: the sum of four p(1-p)/n. Small, and then nobody can tell, when any base is under 30.
    """
    four = (acted_before, acted_after, rest_before, rest_after)
    points = 100 * ((acted_after.value - acted_before.value) - (rest_after.value - rest_before.value))
    half = 100 * normal_quantile(LEVEL) * math.sqrt(sum(share.variance for share in four))
    return Effect(points, Interval(points - half, points + half), any(share.base < SMALL_BASE for share in four))


def effect_sentence(effect: Effect, reason: str, language: str = "en") -> str:
    """What the figures allow to be said, in whole points."""
    low, high = (round(limit) for limit in (effect.interval.low, effect.interval.high))
    points = round(abs(effect.points))
    if language == "cy":
        return _welsh(effect, reason, points, low, high)
    if effect.is_small:
        start = f"We cannot tell whether {reason} changed because of the action"
        return f"{start}: a group has fewer than {SMALL_BASE} answers."
    if effect.verdict is Verdict.CANNOT_TELL:
        return f"We cannot tell whether {reason} changed because of the action: between {low} and {high} points."
    word = "less" if effect.verdict is Verdict.FELL else "more"
    return (
        f"Where the action was taken, {reason} is given {points} points {word} often than the change elsewhere "
        f"would lead us to expect ({low} to {high})."
    )


def _welsh(effect: Effect, reason: str, points: int, low: int, high: int) -> str:
    if effect.is_small:
        return f"Ni allwn ddweud a newidiodd ‘{reason}’ oherwydd y camau: mae llai na {SMALL_BASE} ateb mewn grŵp."
    if effect.verdict is Verdict.CANNOT_TELL:
        return f"Ni allwn ddweud a newidiodd ‘{reason}’ oherwydd y camau: rhwng {low} a {high} pwynt."
    word = "is" if effect.verdict is Verdict.FELL else "uwch"
    return (
        f"Lle cymerwyd y camau, mae’r ganran a roddodd ‘{reason}’ {points} pwynt yn {word} "
        f"nag y byddai’r newid mewn mannau eraill yn ei awgrymu ({low} i {high})."
    )
