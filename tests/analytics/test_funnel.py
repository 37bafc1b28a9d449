"""Funnel limits and over-dispersion against published values and a second, plain computation."""

import math

import numpy as np
import pytest
from scipy import stats

from analytics.funnel import (
    Z_ALARM,
    Z_WARNING,
    Position,
    Unit,
    binomial_limits,
    make_funnel,
    overdispersion,
    ratio_limits,
)
from analytics.intervals import exact_poisson


@pytest.mark.parametrize(
    ("n", "warning", "alarm"), [(2, 25.885383, 0), (5, 46.011039, 26.039864), (10, 56.154344, 42.03259)]
)
def test_limits_are_those_of_the_published_plot(n: int, warning: float, alarm: float) -> None:
    centre = 0.8064244786
    assert 100 * binomial_limits(centre, n, Z_WARNING).low == pytest.approx(warning, abs=1e-6)
    assert 100 * binomial_limits(centre, n, Z_ALARM).low == pytest.approx(alarm, abs=1e-6)


@pytest.mark.parametrize(("observed", "low", "high"), [(1, 0.025318, 5.571645), (10, 4.795388, 18.390358)])
def test_limits_of_counts_are_the_exact_poisson_ones(observed: int, low: float, high: float) -> None:
    limits = exact_poisson(observed)
    # the published upper limits end two millionths above the exact quantiles
    assert (limits.low, limits.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=3e-6))
    ratio = ratio_limits(observed)
    assert (ratio.low * observed, ratio.high * observed) == (
        pytest.approx(low, abs=3e-6),
        pytest.approx(high, abs=3e-6),
    )


def test_only_units_beyond_the_outer_limits_are_named() -> None:
    units = [Unit(f"Area {i}", 50, 100) for i in range(6)] + [Unit("Far", 80, 100), Unit("Near", 68, 100)]
    funnel = make_funnel(units)
    assert funnel.named == ("Far",)
    assert [p.position for p in funnel.placed[-2:]] == [Position.BEYOND_998, Position.BEYOND_95]


def test_units_that_differ_by_chance_alone_are_seldom_beyond_the_limits() -> None:
    rng = np.random.default_rng(2)
    beyond = 0
    for _ in range(200):
        sizes = rng.integers(40, 400, 14)
        hits = stats.binom.rvs(sizes, 0.3, random_state=rng)
        funnel = make_funnel([Unit(str(i), int(x), int(n)) for i, (x, n) in enumerate(zip(hits, sizes, strict=True))])
        beyond += len(funnel.named)
    assert beyond / 2800 < 0.006


def _spread_units(n_units: int, seed: int = 1) -> list[Unit]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(150, 500, n_units)
    shares = rng.beta(9, 21, n_units)
    return [Unit(str(i), int(rng.binomial(n, p)), int(n)) for i, (n, p) in enumerate(zip(sizes, shares, strict=True))]


def test_overdispersion_follows_the_definition_and_widens_the_limits() -> None:
    units = _spread_units(16)
    funnel = make_funnel(units)
    z = [
        2 * math.sqrt(u.base) * (math.asin(math.sqrt(u.n / u.base)) - math.asin(math.sqrt(funnel.centre)))
        for u in units
    ]
    low, high = np.quantile(z, [0.1, 0.9])
    phi = np.mean([min(max(value, low), high) ** 2 for value in z])
    weights = [4 * u.base for u in units]
    tau2 = (16 * phi - 15) / (sum(weights) - sum(w * w for w in weights) / sum(weights))
    assert overdispersion(units, funnel.centre) == (pytest.approx(phi), pytest.approx(tau2))
    assert funnel.is_overdispersed
    narrow = binomial_limits(funnel.centre, 300, Z_ALARM)
    assert funnel.limits(300)[1].low < narrow.low < narrow.high < funnel.limits(300)[1].high


def test_overdispersion_needs_ten_units() -> None:
    assert not make_funnel(_spread_units(9)).is_overdispersed


def test_a_funnel_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="base above 0"):
        make_funnel([Unit("empty", 0, 0)])


def test_limits_are_not_widened_where_the_spread_is_no_more_than_chance() -> None:
    rng = np.random.default_rng(0)
    for _ in range(400):
        hits = rng.binomial(200, 0.3, 12)
        units = [Unit(str(i), int(x), 200) for i, x in enumerate(hits)]
        phi, tau2 = overdispersion(units, hits.sum() / 2400)
        if tau2 > 0 and phi <= 1:
            assert not make_funnel(units).is_overdispersed
            return
    raise AssertionError("no units were drawn with a little added variance and phi up to 1")
