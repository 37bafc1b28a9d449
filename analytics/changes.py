"""What changed since last year: exact tests between two periods, chance kept in check over the whole page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.multiplicity import benjamini_hochberg

FALSE_DISCOVERY_RATE = 0.10
_TIE = 1 + 1e-7  # tables as likely as the one seen count as no more likely, in spite of rounding


@dataclass(frozen=True)
class Pair:
    """n of base now and a year ago; counts of people."""

    name: str
    n_before: int
    base_before: int
    n_now: int
    base_now: int


@dataclass(frozen=True)
class Change:
    """change in points of percent (now minus before); is_real when it survives the control for chance."""

    pair: Pair
    points: float
    p_value: float
    q_value: float
    is_real: bool


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def fisher_exact(a: int, b: int, c: int, d: int, alternative: str = "two-sided") -> float:
    """Fisher's exact test (1935) of the table [[a, b], [c, d]]: p-value.

    alternative: 'two-sided' (tables no likelier than the one seen), 'greater' (a larger) or 'less'.
    """
    if min(a, b, c, d) < 0:
        raise ValueError("counts are never below 0")
    row, column, total = a + b, a + c, a + b + c + d
    lowest, highest = max(0, column - (total - row)), min(row, column)
    whole = _log_choose(total, column)
    law = {
        k: math.exp(_log_choose(row, k) + _log_choose(total - row, column - k) - whole)
        for k in range(lowest, highest + 1)
    }
    return min(1.0, math.fsum(chance for k, chance in law.items() if _counts(k, a, chance, law[a], alternative)))


def _counts(k: int, seen: int, chance: float, chance_seen: float, alternative: str) -> bool:
    """Whether a table with k in its first cell is at least as far out as the one seen."""
    if alternative == "greater":
        return k >= seen
    if alternative == "less":
        return k <= seen
    return chance <= chance_seen * _TIE


def exact_conditional(n_before: int, exposure_before: float, n_now: int, exposure_now: float) -> float:
    """Two-sided exact conditional test of two Poisson counts with their exposures (Przyborowski and Wilenski 1940).

    Exposures are in any one unit, such as person-years. Given the total, n_now is binomial under no change.
    """
    if exposure_before <= 0 or exposure_now <= 0:
        raise ValueError("exposures lie above 0")
    total, share = n_before + n_now, exposure_now / (exposure_before + exposure_now)
    law = [
        math.exp(_log_choose(total, k) + k * math.log(share) + (total - k) * math.log1p(-share))
        for k in range(total + 1)
    ]
    return min(1.0, math.fsum(chance for chance in law if chance <= law[n_now] * _TIE))


def since_last_year(pairs: Sequence[Pair], rate: float = FALSE_DISCOVERY_RATE) -> list[Change]:
    """Fisher's test for every pair of a page, with Benjamini-Hochberg over the page; order kept.

    Pairs without a base in either period are left out: there is nothing to compare.
    """
    compared = [pair for pair in pairs if pair.base_before > 0 and pair.base_now > 0]
    p_values = [fisher_exact(p.n_now, p.base_now - p.n_now, p.n_before, p.base_before - p.n_before) for p in compared]
    q_values = benjamini_hochberg(p_values)
    return [
        Change(pair, _points(pair), p, float(q), bool(q <= rate))
        for pair, p, q in zip(compared, p_values, q_values, strict=True)
    ]


def _points(pair: Pair) -> float:
    return 100 * (pair.n_now / pair.base_now - pair.n_before / pair.base_before)
