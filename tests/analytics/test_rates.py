"""Leaving rates, standardisation, response, weighting and effects against worked examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.effects import Share, Verdict, effect_of_action, effect_sentence
from analytics.intervals import byar, exact_poisson
from analytics.rates import (
    HeadcountMissing,
    Stratum,
    directly_standardised,
    indirectly_standardised,
    leaving_rate,
    rare_rate_interval,
    stability,
)
from analytics.uptake import (
    Margin,
    RakingFailed,
    collapse_small,
    kish_deff,
    rake,
    response_rate,
    response_weights,
    weighted_percent,
    worst_case,
)

# Berkeley 1973, six largest departments: applied and admitted, men and women (Bickel, Hammel and O'Connell 1975)
BERKELEY = {
    "A": (825, 512, 108, 89), "B": (560, 353, 25, 17), "C": (325, 120, 593, 202),
    "D": (417, 138, 375, 131), "E": (191, 53, 393, 94), "F": (373, 22, 341, 24),
}  # fmt: skip


def test_a_leaving_rate_is_leavers_over_the_mean_head_count() -> None:
    rate = leaving_rate(24, [200.0, *[210.0] * 11, 220.0])
    assert rate.mean_headcount == pytest.approx(210)
    assert rate.per_cent == pytest.approx(100 * 24 / 210)
    assert rate.interval.low == pytest.approx(byar(24).low * 100 / 210)


def test_a_quarter_is_annualised_and_two_months_are_not() -> None:
    assert leaving_rate(6, [100.0] * 4).per_cent == pytest.approx(24)
    two = leaving_rate(6, [100.0] * 3)
    assert (two.per_cent, two.is_annualised) == (pytest.approx(6), False)
    assert two.interval.high == pytest.approx(exact_poisson(6).high)


def test_a_missing_head_count_stops_the_rate() -> None:
    with pytest.raises(HeadcountMissing, match="1 of 4"):
        leaving_rate(6, [100.0, None, 100.0, 100.0])


def test_berkeley_turns_round_when_departments_are_standardised() -> None:
    men = {d: admitted / applied for d, (applied, admitted, _, _) in BERKELEY.items()}
    women = {d: admitted / applied for d, (_, _, applied, admitted) in BERKELEY.items()}
    standard = {d: row[0] + row[2] for d, row in BERKELEY.items()}
    crude = [sum(r[i + 1] for r in BERKELEY.values()) / sum(r[i] for r in BERKELEY.values()) for i in (0, 2)]
    assert [round(share, 3) for share in crude] == [0.445, 0.304]
    assert round(directly_standardised(men, standard), 3) == 0.387
    assert round(directly_standardised(women, standard), 3) == 0.430


def test_indirect_standardisation_compares_with_the_reference_rates() -> None:
    result = indirectly_standardised([Stratum(8, 100, 50, 1000), Stratum(22, 200, 100, 1000)])
    assert result.expected == pytest.approx(25)
    assert result.ratio == pytest.approx(1.2)
    assert result.per_cent == pytest.approx(9)
    assert result.ratio_interval.low == pytest.approx(byar(30).low / 25)


def test_a_place_as_the_reference_has_a_ratio_of_one() -> None:
    assert indirectly_standardised([Stratum(5, 50, 5, 50), Stratum(9, 70, 9, 70)]).ratio == pytest.approx(1)


def test_stability_has_last_years_head_count_as_its_base() -> None:
    assert stability(170, 200).per_cent == pytest.approx(85)
    with pytest.raises(ValueError, match="not a proportion"):
        stability(210, 200)
    assert rare_rate_interval(1, 200).low == pytest.approx(0.025318 / 2, abs=1e-6)


def test_silence_bounds_what_all_leavers_might_have_said() -> None:
    band = worst_case(30, 100, 250)
    assert (band.low, band.high) == (pytest.approx(0.12), pytest.approx(0.72))
    assert response_rate(100, 250).share == pytest.approx(0.4)
    with pytest.raises(ValueError, match="does not fit"):
        worst_case(30, 20, 250)


def _respondents(seed: int, size: int = 300) -> list[Margin]:
    rng = np.random.default_rng(seed)
    population = [{"a": 300.0, "b": 500.0, "c": 200.0}, {"x": 350.0, "y": 650.0}]
    kept = [[str(v) for v in rng.choice(sorted(p), size, p=rng.dirichlet([8] * len(p)))] for p in population]
    return [Margin(tuple(categories), people) for categories, people in zip(kept, population, strict=True)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_raking_meets_every_margin(seed: int) -> None:
    margins = _respondents(seed)
    weights = rake(margins)
    assert weights.mean() == pytest.approx(1)
    for margin in margins:
        for category, people in margin.population.items():
            mine = weights[[c == category for c in margin.categories]].sum() / weights.sum()
            assert mine == pytest.approx(people / sum(margin.population.values()), abs=1e-8)


def test_equal_weights_cost_nothing() -> None:
    assert kish_deff(np.full(50, 3.0)) == pytest.approx(1)
    assert kish_deff(np.array([1.0, 3.0])) == pytest.approx(1.25)


def test_small_categories_are_weighted_together() -> None:
    respondents = ["a"] * 20 + ["b"] * 3 + ["c"] * 1 + ["d"] * 9
    joined = collapse_small(respondents, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1})
    # b and c have four between them, and nobody is in e: the next smallest joins
    assert joined == {"a": "a", "b": "other", "c": "other", "d": "other", "e": "other"}


def test_extreme_weights_are_trimmed_and_margins_met_again() -> None:
    categories = ("a",) * 8 + ("b",) * 192
    margin = Margin(categories, {"a": 900.0, "b": 100.0})
    weights = response_weights([margin])
    assert weights[:8].sum() / weights.sum() == pytest.approx(0.9, abs=1e-8)


def test_trimming_holds_extreme_weights_back() -> None:
    rng = np.random.default_rng(4)
    first = Margin(tuple(rng.choice(["a", "b"], 300, p=[0.15, 0.85])), {"a": 600.0, "b": 400.0})
    second = Margin(tuple(rng.choice(["x", "y"], 300, p=[0.2, 0.8])), {"x": 500.0, "y": 500.0})
    untrimmed = rake([first, second])
    middle = np.median(untrimmed)
    assert untrimmed.max() > 3 * middle
    trimmed_once = rake([first, second], np.clip(untrimmed, 0.3 * middle, 3 * middle))
    np.testing.assert_allclose(response_weights([first, second]), trimmed_once)
    assert trimmed_once.max() < untrimmed.max()


def test_a_category_without_respondents_cannot_be_raked() -> None:
    with pytest.raises(RakingFailed, match="c"):
        rake([Margin(("a", "b"), {"a": 1.0, "b": 1.0, "c": 1.0})])


def test_weighted_percentages_need_three_in_ten_to_answer() -> None:
    gave, weights = [True, False, False, False], np.array([3.0, 1.0, 1.0, 1.0])
    assert weighted_percent(gave, weights, answered=30, invited=100) == 50
    assert weighted_percent(gave, weights, answered=29, invited=100) is None


def test_a_clear_fall_is_told_and_a_vague_one_is_not() -> None:
    clear = effect_of_action(Share(60, 120), Share(24, 120), Share(300, 800), Share(296, 800))
    assert clear.points == pytest.approx(-29.5)
    half = 195.996398 * np.sqrt(0.25 / 120 + 0.16 / 120 + 0.375 * 0.625 / 800 + 0.37 * 0.63 / 800)
    assert clear.interval.high - clear.points == pytest.approx(half, abs=1e-4)
    assert clear.verdict is Verdict.FELL
    assert "30 points less often" in effect_sentence(clear, "workload")
    vague = effect_of_action(Share(20, 50), Share(17, 50), Share(300, 800), Share(296, 800))
    assert vague.verdict is Verdict.CANNOT_TELL
    assert effect_sentence(vague, "workload").startswith("We cannot tell")


def test_small_bases_never_give_a_verdict() -> None:
    small = effect_of_action(Share(29, 29), Share(0, 40), Share(300, 800), Share(296, 800))
    assert small.verdict is Verdict.CANNOT_TELL
    assert "fewer than 30" in effect_sentence(small, "workload")
    assert effect_sentence(small, "llwyth gwaith", "cy").startswith("Ni allwn ddweud")
