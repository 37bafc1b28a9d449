"""Who answered and who did not: response rates, weighting to the leaver list, and how far silence could matter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.intervals import Interval, wilson

SMALLEST_CATEGORY = 5
OTHER = "other"
TRIM_BELOW, TRIM_ABOVE = 0.3, 3.0
LEAST_RESPONSE_FOR_WEIGHTS = 0.30
_ROUNDS = 2000
_TOLERANCE = 1e-10

Floats = NDArray[np.float64]


class RakingFailed(ValueError):
    """The margins cannot be met: a category of the population has no respondent, or the margins contradict."""


@dataclass(frozen=True)
class ResponseRate:
    """answered of invited people, as a share with its 95% Wilson interval."""

    answered: int
    invited: int
    share: float
    interval: Interval


def response_rate(answered: int, invited: int) -> ResponseRate:
    """Raises ValueError when nobody was invited or more answered than were invited."""
    return ResponseRate(answered, invited, answered / invited if invited else 0.0, wilson(answered, invited))


def worst_case(n: int, answered: int, invited: int) -> Interval:
    """Share of all leavers if no silent one, or every silent one, gave the reason: [x/N, (x + N - n)/N] (Manski)."""
    if not 0 <= n <= answered <= invited or invited == 0:
        raise ValueError(f"{n} of {answered} answers of {invited} leavers does not fit")
    return Interval(n / invited, (n + invited - answered) / invited)


def kish_deff(weights: Floats) -> float:
    """Kish's design effect of weighting, n sum w^2 / (sum w)^2: 1 for equal weights (Kish 1965)."""
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def collapse_small(respondents: Sequence[str], population: Mapping[str, float]) -> dict[str, str]:
    """Which category each is weighted in: those with under five respondents join 'other' together.

    When 'other' itself has under five, the next smallest category joins it too. Every category of respondents and
    population is a key of the result.
    """
    counts = Counter(respondents)
    known = sorted({*counts, *population}, key=lambda category: (counts[category], category))
    small = [category for category in known if counts[category] < SMALLEST_CATEGORY]
    large = [category for category in known if counts[category] >= SMALLEST_CATEGORY]
    while small and large and sum(counts[category] for category in small) < SMALLEST_CATEGORY:
        small.append(large.pop(0))
    return {category: OTHER if category in small else category for category in known}


@dataclass(frozen=True)
class Margin:
    """One margin to be met: each respondent's category and the population's people by category."""

    categories: tuple[str, ...]
    population: Mapping[str, float]

    def collapsed(self) -> "Margin":
        join = collapse_small(self.categories, self.population)
        people: dict[str, float] = {}
        for category, count in self.population.items():
            people[join[category]] = people.get(join[category], 0.0) + count
        return Margin(tuple(join[category] for category in self.categories), people)


def rake(margins: Sequence[Margin], start: Floats | None = None) -> Floats:
    """Weights of mean 1 whose weighted margins equal the population's shares (iterative proportional fitting).

    Deming and Stephan (1940). Shape: one weight a respondent. Margins hold to 1e-8. Raises RakingFailed when a
    category has people but no respondent, respondents but no people, or the rounds do not settle.
    """
    size = len(margins[0].categories)
    weights = np.ones(size) if start is None else start.copy()
    indexed = [_targets(margin, size) for margin in margins]
    for _ in range(_ROUNDS):
        largest = 0.0
        for index, target in indexed:
            factor = target / np.bincount(index, weights, minlength=len(target))
            weights *= factor[index]
            largest = max(largest, float(np.abs(factor - 1).max()))
        if largest < _TOLERANCE:
            return np.asarray(weights * size / weights.sum(), dtype=np.float64)
    raise RakingFailed("the margins contradict each other")


def _targets(margin: Margin, size: int) -> tuple[NDArray[np.intp], Floats]:
    people = {category: count for category, count in margin.population.items() if count > 0}
    if set(people) != set(margin.categories):
        strange = ", ".join(sorted(set(people) ^ set(margin.categories)))
        raise RakingFailed(f"only respondents or only leavers in: {strange}")
    codes = sorted(people)
    index = np.array([codes.index(category) for category in margin.categories], dtype=np.intp)
    target = np.array([people[code] for code in codes], dtype=np.float64)
    return index, target / target.sum() * size


def response_weights(margins: Sequence[Margin]) -> Floats:
    """Weights to the leaver list: collapse categories under five, rake, trim to [.3, 3] of the median, rake once more.

    Respondents of categories nobody is left of in the population cannot be weighted: RakingFailed.
    """
    collapsed = [margin.collapsed() for margin in margins]
    first = rake(collapsed)
    middle = float(np.median(first))
    return rake(collapsed, np.clip(first, TRIM_BELOW * middle, TRIM_ABOVE * middle))


def weighted_percent(gave: Sequence[bool], weights: Floats, answered: int, invited: int) -> int | None:
    """The weighted share giving a reason as a whole percent, organisation only; None under a response of 30%."""
    if invited == 0 or answered / invited < LEAST_RESPONSE_FOR_WEIGHTS or len(weights) == 0:
        return None
    share = float(weights[np.asarray(gave, dtype=bool)].sum() / weights.sum())
    return int(np.floor(100 * share + 0.5))
