"""Control charts, run charts and year-on-year tests against worked examples and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.changes import Pair, exact_conditional, fisher_exact, since_last_year
from analytics.trends import NothingToChart, Rule, control_chart

EXAMPLE = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
FLAT = [5.0, 6.0] * 8


def _rules(values: list[float | None]) -> set[Rule]:
    return {signal.rule for signal in control_chart(values).signals}


def test_the_worked_control_chart_has_its_published_limits() -> None:
    chart = control_chart(EXAMPLE)
    assert chart.centre == pytest.approx(300.5)
    assert chart.mean_range == pytest.approx(7.789, abs=5e-4)
    assert (chart.lower, chart.upper) == (pytest.approx(279.78, abs=5e-3), pytest.approx(321.22, abs=5e-3))
    assert chart.range_limit == pytest.approx(25.45, abs=5e-3)
    assert not chart.signals


def test_one_wild_range_does_not_widen_the_limits() -> None:
    with_jump = control_chart([*FLAT, 60.0, *FLAT])
    assert with_jump.mean_range == pytest.approx(1.0)
    assert with_jump.marked >= {16}


def test_every_rule_marks_its_points() -> None:
    assert Rule.OUTSIDE in _rules([*FLAT, 20.0])
    assert Rule.ONE_SIDE in _rules([*([1.0, 2.0] * 6), *([3.0, 4.0] * 4)])
    assert Rule.TREND in _rules([*FLAT, 5.0, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6])
    outer = control_chart([*FLAT, *FLAT, 7.9, 5.5, 7.9, 5.5, 5.5])
    assert [(s.rule, s.points) for s in outer.signals if s.rule is Rule.OUTER_THIRD] == [(Rule.OUTER_THIRD, (32, 34))]


def test_six_rising_points_are_no_trend() -> None:
    assert Rule.TREND not in _rules([*FLAT, 5.1, 5.2, 5.3, 5.4, 5.5])


def test_two_far_points_on_opposite_sides_are_no_signal() -> None:
    assert Rule.OUTER_THIRD not in _rules([*FLAT, *FLAT, 7.9, 3.2, *FLAT])


def test_a_gap_breaks_a_run_and_has_no_moving_range() -> None:
    # the step across the gap is no moving range
    assert control_chart([*FLAT, None, *(value + 50 for value in FLAT)]).mean_range == pytest.approx(1.0)
    above = [7.0, 7.1, 7.0, 7.1]
    assert Rule.ONE_SIDE not in _rules([*FLAT, *above, None, *above[:3]])


def test_under_twelve_points_there_is_a_run_chart_without_limits() -> None:
    chart = control_chart(EXAMPLE[:11])
    assert chart.is_run_chart
    assert (chart.centre, chart.signals) == (298, ())
    assert not control_chart(EXAMPLE[:12]).is_run_chart


def test_limits_of_percentages_stay_between_0_and_100() -> None:
    chart = control_chart([1.0, 9.0] * 8, floor=0, ceiling=100)
    assert chart.lower == 0


def test_a_series_without_values_cannot_be_charted() -> None:
    with pytest.raises(NothingToChart):
        control_chart([None, None])


def test_about_one_quiet_chart_in_five_raises_a_false_alarm() -> None:
    rng = np.random.default_rng(3)
    alarms = np.mean([bool(control_chart(list(row)).signals) for row in rng.normal(50, 5, (600, 24))])
    assert 0.12 <= alarms <= 0.28


def test_the_lady_tasting_tea() -> None:
    assert fisher_exact(3, 1, 1, 3, "greater") == pytest.approx(0.242857, abs=1e-6)


@settings(deadline=None, max_examples=80)
@given(*[st.integers(0, 40)] * 4, st.sampled_from(["two-sided", "less", "greater"]))
def test_fisher_agrees_with_scipy(a: int, b: int, c: int, d: int, alternative: str) -> None:
    expected = stats.fisher_exact([[a, b], [c, d]], alternative)[1]
    assert fisher_exact(a, b, c, d, alternative) == pytest.approx(expected, abs=1e-8)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60), st.floats(10, 900), st.floats(10, 900))
def test_the_conditional_test_agrees_with_scipy(
    before: int, now: int, exposure_before: float, exposure_now: float
) -> None:
    share = exposure_now / (exposure_before + exposure_now)
    expected = stats.binomtest(now, before + now, share).pvalue if before + now else 1.0
    assert exact_conditional(before, exposure_before, now, exposure_now) == pytest.approx(expected, abs=1e-6)


def test_changes_are_judged_over_the_whole_page() -> None:
    same = [Pair(f"reason{i}", 20, 100, 21, 100) for i in range(10)]
    changes = since_last_year([*same, Pair("workload", 20, 100, 48, 100), Pair("new", 0, 0, 5, 20)])
    assert [change.pair.name for change in changes if change.is_real] == ["workload"]
    assert changes[-1].points == pytest.approx(28)
    assert len(changes) == 11
