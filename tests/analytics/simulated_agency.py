"""Simulated agencies of 14 Areas x 12 roles with lognormal sizes and 12 reasons, for calibration runs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.expectation import Expectation, ReasonCounts, expected_from_elsewhere, expected_from_main_effects
from analytics.standouts import Tests, run_tests

N_ROLES, N_AREAS, N_REASONS, SMALLEST_BASE = 12, 14, 12, 10


@dataclass(frozen=True)
class Family:
    """One family's tests with, for each, whether a difference was planted there."""

    tests: Tests
    planted: NDArray[np.bool_]


def group_sizes(rng: np.random.Generator, total: int) -> NDArray[np.int64]:
    roles, areas = rng.lognormal(0, 0.6, (N_ROLES, 1)), rng.lognormal(0, 0.6, (1, N_AREAS))
    weights = (roles * areas * rng.lognormal(0, 0.3, (N_ROLES, N_AREAS))).ravel()
    return rng.multinomial(total, weights / weights.sum()).reshape(N_ROLES, N_AREAS)


def counts(n: NDArray[np.int64], x: NDArray[np.int64]) -> ReasonCounts:
    names = [tuple(f"{kind}{i}" for i in range(size)) for kind, size in (("r", N_ROLES), ("a", N_AREAS))]
    return ReasonCounts(names[0], names[1], tuple(f"reason{i}" for i in range(N_REASONS)), n, x)


def tests_of(n: NDArray[np.int64], x: NDArray[np.int64], family: str, planted: NDArray[np.bool_]) -> Family:
    """family: 'role', 'area' or 'cell'; planted shaped like that family's x."""
    data = counts(n, x)
    expected: Expectation
    if family == "cell":
        expected, base, given = expected_from_main_effects(data), n, x
    else:
        axis = 1 if family == "role" else 0
        expected, base, given = expected_from_elsewhere(data, family), n.sum(axis=axis), x.sum(axis=axis + 1)
    base = np.broadcast_to(base, given.shape)
    visible = base >= SMALLEST_BASE
    tests = run_tests(given[visible], base[visible], expected.p1[visible], expected.v[visible])
    return Family(tests, planted[visible])


def report_without_effects(rng: np.random.Generator, a_year: int) -> list[int]:
    """Flags of a report where nothing differs: over and under for roles, Areas (12 months) and cells (5 years)."""
    share = rng.uniform(0.05, 0.35, N_REASONS)[:, None, None] * np.ones((N_REASONS, N_ROLES, N_AREAS))
    year = group_sizes(rng, a_year)
    earlier = rng.poisson(year * 4.0)
    x_year, x_earlier = rng.binomial(year, share), rng.binomial(earlier, share)
    flags = []
    for family in ("role", "area", "cell"):
        n, x = (year + earlier, x_year + x_earlier) if family == "cell" else (year, x_year)
        shape = {"role": (N_REASONS, N_ROLES), "area": (N_REASONS, N_AREAS)}.get(family, x.shape)
        tests = tests_of(n, x, family, np.zeros(shape, dtype=bool)).tests
        flags += [int(tests.is_over.sum()), int(tests.is_under.sum())]
    return flags


def areas_with_planted_effects(rng: np.random.Generator, responses: int, odds_ratio: float, n_planted: int) -> Family:
    """Roles differ by chance (sd .4 on the logit); n_planted pairs of Area and reason have their odds multiplied."""
    n = group_sizes(rng, responses)
    share = rng.uniform(0.05, 0.35, N_REASONS)
    eta = np.log(share / (1 - share))[:, None, None] + rng.normal(0, 0.4, (N_REASONS, N_ROLES, 1))
    planted = np.zeros((N_REASONS, N_AREAS), dtype=bool)
    planted.ravel()[rng.choice(planted.size, n_planted, replace=False)] = True
    eta = eta + np.where(planted, np.log(odds_ratio), 0.0)[:, None, :]
    return tests_of(n, rng.binomial(n, 1 / (1 + np.exp(-eta))), "area", planted)
