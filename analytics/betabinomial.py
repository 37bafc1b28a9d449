"""The Beta-binomial distribution: tail probabilities, its strength by maximum likelihood, shrunken intervals."""

import numpy as np
from numpy.typing import NDArray

from analytics.heavy import special

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PRIOR_MEAN_LOG_STRENGTH = float(np.log(50.0))
PRIOR_SD_LOG_STRENGTH = 1.0
_CHUNK = 2_000_000  # probabilities held at once


def log_pmf(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    """Log probability of x of n under BetaBinomial(n, a, b), element by element."""
    choose = -special.betaln(n - x + 1, x + 1) - np.log(n + 1)
    return np.asarray(choose + special.betaln(x + a, n - x + b) - special.betaln(a, b), dtype=np.float64)


def mid_p(x: Integers, n: Integers, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Upper mid-p P(X > x) + P(X = x)/2 and lower mid-p P(X < x) + P(X = x)/2 of each test, all arrays of one length.

    Lancaster's mid-p (1961). Sums of the probabilities themselves, in chunks of tests of like size to bound memory.
    """
    upper, lower = np.zeros(len(n)), np.zeros(len(n))
    order = np.argsort(n, kind="stable")
    start = 0
    while start < len(order):
        width = int(n[order[start]]) + 1
        stop = start
        while stop < len(order) and (stop - start + 1) * (int(n[order[stop]]) + 1) <= max(_CHUNK, width):
            stop += 1
        chosen = order[start : max(stop, start + 1)]
        upper[chosen], lower[chosen] = _tails(x[chosen], n[chosen], a[chosen], b[chosen])
        start += len(chosen)
    return upper, lower


def _tails(x: Integers, n: Integers, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Probabilities by the ratio of neighbours, from the log of the first: no special function per value."""
    k = np.arange(int(n.max()), dtype=np.float64)[None, :]
    inside = k < n[:, None]
    size = np.where(inside, n[:, None] - k, 1.0)
    ratio = np.log(size * (k + a[:, None]) / ((k + 1) * (size - 1 + b[:, None])))
    first = log_pmf(np.zeros(len(n)), n.astype(np.float64), a, b)[:, None]
    logs = np.hstack([first, first + np.cumsum(np.where(inside, ratio, 0.0), axis=1)])
    probability = np.where(np.hstack([np.ones((len(n), 1), dtype=bool), inside]), np.exp(logs), 0.0)
    values = np.arange(probability.shape[1])[None, :]
    half = (probability * (values == x[:, None])).sum(axis=1) / 2
    upper = (probability * (values > x[:, None])).sum(axis=1) + half
    lower = (probability * (values < x[:, None])).sum(axis=1) + half
    return np.clip(upper, 0.0, 1.0), np.clip(lower, 0.0, 1.0)


def fit_strength(x: Floats, n: Floats, p1: Floats) -> float:
    """M0: how many leavers' worth of evidence the expected share counts for, common to a family of groups.

    Maximises sum log BetaBinomial(x | n, M0 p1, M0(1-p1)) plus log M0 ~ Normal(log 50, 1), by golden section on
    log M0 between log 2 and log 5000 after a coarse scan.
    """

    def loss(log_strength: float) -> float:
        strength = np.exp(log_strength)
        a, b = strength * p1, strength * (1 - p1)
        fit = (special.betaln(x + a, n - x + b) - special.betaln(a, b)).sum()
        prior = -0.5 * ((log_strength - PRIOR_MEAN_LOG_STRENGTH) / PRIOR_SD_LOG_STRENGTH) ** 2
        return -float(fit + prior)

    grid = np.linspace(np.log(2.0), np.log(5000.0), 25)
    best = int(np.argmin([loss(g) for g in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    golden = (np.sqrt(5.0) - 1) / 2
    while high - low > 1e-6:
        inner_low, inner_high = high - golden * (high - low), low + golden * (high - low)
        if loss(inner_low) <= loss(inner_high):
            high = inner_high
        else:
            low = inner_low
    return float(np.exp((low + high) / 2))


def shrunken(x: Floats, n: Floats, p1: Floats, strength: float, level: float = 0.90) -> tuple[Floats, Floats, Floats]:
    """Estimate (M0 p1 + x)/(M0 + n) and the equal-tailed interval of Beta(M0 p1 + x, M0(1-p1) + n - x), as shares."""
    a, b = strength * p1 + x, strength * (1 - p1) + n - x
    tail = (1 - level) / 2
    low = np.asarray(special.betaincinv(a, b, tail), dtype=np.float64)
    return a / (a + b), low, np.asarray(special.betaincinv(a, b, 1 - tail), dtype=np.float64)
