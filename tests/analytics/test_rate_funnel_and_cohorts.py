"""Funnels of rates against exact limits and chance; starters followed from their first day against plain counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.cohorts import LeftAfter, follow_starters
from analytics.funnel import Position
from analytics.intervals import exact_poisson
from analytics.rate_funnel import ExposedUnit, make_rate_funnel, root_limits
from analytics.survival import cumulative_incidence, early_leavers, kaplan_meier


def test_limits_of_a_rate_are_the_exact_poisson_ones_of_its_expected_events() -> None:
    units = [ExposedUnit("A", 10, 100.0), ExposedUnit("B", 20, 200.0)]
    warning, _alarm = make_rate_funnel(units).limits(100.0)
    exact = exact_poisson(10)
    assert (100 * warning.low, 100 * warning.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_only_units_beyond_the_outer_limits_are_named() -> None:
    units = [ExposedUnit(f"Area {i}", 20, 200.0) for i in range(6)] + [ExposedUnit("Far", 60, 200.0)]
    funnel = make_rate_funnel(units)
    assert funnel.named == funnel.high == ("Far",)
    assert funnel.placed[0].position is Position.INSIDE


def test_units_that_differ_by_chance_alone_are_seldom_beyond_the_limits() -> None:
    rng = np.random.default_rng(4)
    beyond = 0
    for _ in range(200):
        sizes = rng.integers(60, 700, 14)
        left = rng.poisson(0.11 * sizes)
        units = [ExposedUnit(str(i), int(n), float(size)) for i, (n, size) in enumerate(zip(left, sizes, strict=True))]
        beyond += len(make_rate_funnel(units).named)
    assert beyond / 2800 < 0.006


def test_many_units_that_differ_more_than_chance_widen_the_limits() -> None:
    rng = np.random.default_rng(4)
    units = [
        ExposedUnit(str(i), int(rng.poisson(400 * rate)), 400.0) for i, rate in enumerate(rng.uniform(0.05, 0.25, 14))
    ]
    funnel = make_rate_funnel(units)
    assert funnel.is_overdispersed
    plain = root_limits(funnel.centre * 400, 3.0902, 0.0).times(funnel.centre)
    assert funnel.limits(400.0)[1].high > plain.high


def test_nothing_to_place_is_refused() -> None:
    with pytest.raises(ValueError):
        make_rate_funnel([ExposedUnit("A", 0, 100.0)])


def test_starters_who_left_in_their_third_month_are_gone_by_three_months() -> None:
    left = [LeftAfter(0, 2, "resignation", 10), LeftAfter(0, 3, "resignation", 5)]
    spells = follow_starters({0: 100}, left, last=24).spells
    assert spells.size == 100
    milestones = {one.months: one.left_percent for one in early_leavers(spells, "resignation")}
    assert milestones[3] == pytest.approx(10) and milestones[6] == pytest.approx(15)


def test_a_cohort_is_watched_only_as_long_as_all_of_it_has_been() -> None:
    left = [LeftAfter(10, 1, "resignation", 4), LeftAfter(10, 2, "resignation", 3)]
    spells = follow_starters({10: 40}, left, last=12).spells
    assert spells.events(2) == 4 and max(spells.exit) == 2


def test_more_leavers_than_starters_are_left_out_and_named() -> None:
    found = follow_starters({0: 5, 1: 50}, [LeftAfter(0, 1, "resignation", 6)], last=20)
    assert found.left_out == (0,) and found.spells.size == 50


@given(
    st.dictionaries(st.integers(0, 11), st.integers(20, 60), min_size=1),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 10), st.sampled_from(["resignation", "other"])), max_size=15),
)
def test_watched_to_the_end_the_shares_are_plain_counts(
    starters: dict[int, int], gone: list[tuple[int, int, str]]
) -> None:
    left = [LeftAfter(month, after, cause, 1) for month, after, cause in gone if month in starters]
    spells = follow_starters(starters, left, last=40).spells
    resigned = sum(one.people for one in left if one.cause == "resignation")
    shares = cumulative_incidence(spells, "resignation")
    assert (shares[-1].share if shares else 0) == pytest.approx(resigned / sum(starters.values()))
    stayed = kaplan_meier(spells)
    assert (stayed[-1].share if stayed else 1) == pytest.approx(1 - len(left) / sum(starters.values()))
