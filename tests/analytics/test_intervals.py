"""Intervals, rounding and the false discovery rate against published values and reference libraries."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analytics.intervals import byar, clopper_pearson, exact_poisson, poisson, wilson, wilson_whole_percents
from analytics.multiplicity import benjamini_hochberg
from analytics.rounding import masked_count, round_count_percent, round_share

BENJAMINI_HOCHBERG_1995 = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "base", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_limits_newcombe_printed(n: int, base: int, low: float, high: float) -> None:
    limits = wilson(n, base)
    assert (round(limits.low, 4), round(limits.high, 4)) == (low, high)


@settings(deadline=None, max_examples=60)
@given(base=st.integers(1, 3000), data=st.data())
def test_intervals_for_shares_agree_with_statsmodels(base: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, base))
    for ours, method in ((wilson(n, base), "wilson"), (clopper_pearson(n, base), "beta")):
        low, high = proportion_confint(n, base, method=method)
        assert (ours.low, ours.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_wilson_limits_are_widened_to_whole_percents() -> None:
    assert wilson_whole_percents(81, 263) == (25, 37)
    assert wilson_whole_percents(0, 20) == (0, 17)


def test_byar_gives_the_limits_of_the_technical_guide() -> None:
    assert (byar(65).low, byar(65).high) == (pytest.approx(50.163188, abs=1e-6), pytest.approx(82.849139, abs=1e-6))
    assert byar(1045).low == pytest.approx(982.593202, abs=1e-6)
    assert byar(1045).high == pytest.approx(1110.331213, abs=1e-6)


def test_counts_under_ten_get_exact_limits() -> None:
    assert poisson(9) == exact_poisson(9)
    assert poisson(10) == byar(10)
    assert exact_poisson(0).low == 0
    assert exact_poisson(0).high == pytest.approx(-math.log(0.025))


def test_an_impossible_share_is_refused() -> None:
    for n, base in ((1, 0), (5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="not a proportion"):
            wilson(n, base)


def test_benjamini_and_hochberg_reject_four_of_their_fifteen() -> None:
    adjusted = benjamini_hochberg(BENJAMINI_HOCHBERG_1995)
    assert (adjusted <= 0.05).sum() == 4
    assert (round(adjusted[3], 4), round(adjusted[4], 4)) == (0.0356, 0.0603)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_values_agree_with_statsmodels(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_a_missing_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        benjamini_hochberg([0.1, float("nan")])


@pytest.mark.parametrize(
    ("n", "base", "percent"), [(17, 40, 45), (1, 8, 15), (9, 40, 25), (25, 60, 42), (1, 200, 1), (49, 98, 50)]
)
def test_percentages_move_in_fives_under_a_base_of_fifty(n: int, base: int, percent: int) -> None:
    assert round_count_percent(n, base) == percent
    assert round_share(n / base, base) == percent


def test_small_counts_and_small_remainders_are_masked() -> None:
    assert [masked_count(n, 40) for n in (2, 3, 37, 38)] == ["<3", "", "", ">=38"]
    assert [masked_count(n, 40, is_sensitive=True) for n in (4, 5, 35, 36)] == ["<5", "", "", ">=36"]
