"""Survival by length of service against the worked example and lifelines."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from analytics.survival import CohortTooSmall, Spells, cumulative_incidence, early_leavers, kaplan_meier

SIX_MP = ["6", "6", "6", "6+", "7", "9+", "10", "10+", "11+", "13", "16", "17+", "19+", "20+", "22", "23"] + [
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]


def _freireich() -> Spells:
    causes = ["" if time.endswith("+") else "relapse" for time in SIX_MP]
    return Spells.of([float(time.rstrip("+")) for time in SIX_MP], causes)


def _staff(seed: int, size: int = 400) -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    entry = np.where(rng.random(size) < 0.5, 0, rng.integers(0, 12, size)).astype(float)
    exit = entry + rng.integers(1, 30, size)
    causes = [str(c) for c in rng.choice(["", "resignation", "retirement"], size, p=[0.5, 0.35, 0.15])]
    return entry, exit, causes


def test_the_six_mp_arm_has_its_published_survival() -> None:
    shares = {step.months: round(step.share, 4) for step in kaplan_meier(_freireich())}
    assert shares == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}


def test_kaplan_meier_with_late_entry_agrees_with_lifelines() -> None:
    entry, exit, causes = _staff(1)
    ours = kaplan_meier(Spells.of(exit, causes, entry), "resignation")
    fitter = KaplanMeierFitter().fit(exit, [cause == "resignation" for cause in causes], entry=entry)
    for step in ours:
        assert step.share == pytest.approx(float(fitter.survival_function_at_times(step.months).iloc[0]), abs=1e-9)
        limits = fitter.confidence_interval_survival_function_.loc[step.months]
        assert (step.interval().low, step.interval().high) == (pytest.approx(limits.min()), pytest.approx(limits.max()))


def test_cumulative_incidence_agrees_with_lifelines() -> None:
    _, exit, causes = _staff(2)
    # lifelines moves tied times apart by chance; distinct times make the comparison exact
    exit = exit + np.arange(len(exit)) * 1e-4
    ours = cumulative_incidence(Spells.of(exit, causes), "resignation")
    codes = [{"": 0, "resignation": 1, "retirement": 2}[cause] for cause in causes]
    fitter = AalenJohansenFitter(calculate_variance=False).fit(exit, codes, event_of_interest=1)
    for step in ours[::20]:
        assert step.share == pytest.approx(float(fitter.cumulative_density_.loc[step.months].iloc[0]), abs=1e-9)


def test_shares_by_cause_and_still_here_add_up_to_everybody() -> None:
    entry, exit, causes = _staff(3)
    spells = Spells.of(exit, causes, entry)
    gone = sum(cumulative_incidence(spells, cause)[-1].share for cause in ("resignation", "retirement"))
    assert gone + kaplan_meier(spells)[-1].share == pytest.approx(1)


def test_rows_that_stand_for_many_people_count_as_many() -> None:
    once = Spells.of([3.0, 3.0, 5.0], ["x", "x", ""])
    together = Spells.of([3.0, 5.0], ["x", ""], people=[2.0, 1.0])
    assert kaplan_meier(once) == kaplan_meier(together)


def test_milestones_are_left_out_where_few_are_at_risk() -> None:
    spells = Spells.of([2.0] * 10 + [7.0] * 30 + [30.0] * 5, ["resignation"] * 10 + [""] * 35)
    three, six, twelve, _ = early_leavers(spells, "resignation")
    assert (three.at_risk, three.percent) == (35, pytest.approx(100 * 35 / 45))
    assert three.left_percent == pytest.approx(100 * 10 / 45)
    assert six.at_risk == 35
    assert (twelve.at_risk, twelve.percent, twelve.interval) == (5, None, None)


def test_a_small_cohort_is_refused() -> None:
    with pytest.raises(CohortTooSmall):
        early_leavers(Spells.of([4.0] * 29, [""] * 29), "resignation")


def test_nobody_leaves_before_being_watched() -> None:
    with pytest.raises(ValueError, match="entry < exit"):
        Spells.of([4.0], ["x"], entry=[4.0])
