"""The stand-outs against slow, plain implementations of the same definitions, and what they may say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from analytics import betabinomial
from analytics.expectation import (
    CELL_RANGE,
    MARGIN_RANGE,
    ReasonCounts,
    expected_from_elsewhere,
    expected_from_main_effects,
)
from analytics.finding_sentences import crude_and_expected, heading, mix_note, sentence, summary, told_alone
from analytics.findings import Band, Comparison, Direction, VisibleGroup
from analytics.standouts import find_standouts, run_tests
from analytics.tables import EVERY, Family, GroupKey, Selection, Window, WindowCode


def _agency(seed: int = 0, n_reasons: int = 3) -> ReasonCounts:
    rng = np.random.default_rng(seed)
    n = rng.integers(0, 60, (4, 5))
    share = rng.uniform(0.1, 0.5, (n_reasons, 1, 1))
    x = rng.binomial(n, share * np.ones((n_reasons, 4, 5)))
    reasons = tuple(f"reason{i}" for i in range(n_reasons))
    return ReasonCounts(("r0", "r1", "r2", "r3"), ("a0", "a1", "a2", "a3", "a4"), reasons, n, x)


def test_the_expected_share_of_an_area_follows_the_definition_term_by_term() -> None:
    counts = _agency()
    got = expected_from_elsewhere(counts, by="area")
    n, x = counts.n, counts.x[1]
    for a in range(5):
        p = x.sum() / n.sum()
        e = variance = 0.0
        for r in range(4):
            elsewhere = n[r].sum() - n[r, a] + 4
            share = (x[r].sum() - x[r, a] + 4 * p) / elsewhere
            e += n[r, a] * share
            variance += n[r, a] ** 2 * share * (1 - share) / elsewhere
        base = n[:, a].sum()
        p1 = min(max(e / base, 0.005), 0.95)
        assert got.p1[1, a] == pytest.approx(p1)
        assert got.v[1, a] == pytest.approx(max(variance / (base * p1 * (1 - p1)) ** 2, 1e-6))


def test_the_expected_share_of_a_cell_and_its_variance_follow_the_definition() -> None:
    counts = _agency(seed=6, n_reasons=1)
    n, x = counts.n.ravel(), counts.x[0].ravel()
    design = np.hstack([np.ones((20, 1)), np.kron(np.eye(4), np.ones((5, 1))), np.kron(np.ones((4, 1)), np.eye(5))])

    def loss(beta: np.ndarray) -> float:
        eta = design @ beta
        return float((n * np.logaddexp(0, eta) - x * eta).sum() + 0.5 * (beta[1:] ** 2).sum())

    eta = design @ optimize.minimize(loss, np.zeros(10), method="BFGS", options={"gtol": 1e-8}).x
    p = 1 / (1 + np.exp(-eta))
    w = n * p * (1 - p)
    hessian = design.T @ (design * w[:, None]) + np.diag([0.0] + [1.0] * 9)
    h = np.einsum("ci,ij,cj->c", design, np.linalg.inv(hessian), design)
    left = 1 - np.minimum(w * h, 0.95)
    got = expected_from_main_effects(counts)
    np.testing.assert_allclose(got.v.ravel(), h / left, rtol=1e-4)
    np.testing.assert_allclose(got.p1.ravel(), 1 / (1 + np.exp(-(eta - h * (x - n * p) / left))), atol=1e-5)


@pytest.mark.parametrize(("everybody", "margin", "cell"), [(0, 0.005, 0.003), (1, 0.95, 0.97)])
def test_expected_shares_stay_within_their_ranges(everybody: int, margin: float, cell: float) -> None:
    n = np.full((3, 4), 400)
    counts = ReasonCounts(("r0", "r1", "r2"), ("a0", "a1", "a2", "a3"), ("x",), n, n[None] * everybody)
    assert np.all(expected_from_elsewhere(counts, by="area").p1 == margin)
    assert np.all(expected_from_main_effects(counts).p1 == cell)


def test_an_uncertain_expectation_still_counts_for_two_leavers() -> None:
    tests = run_tests(np.array([9]), np.array([10]), np.array([0.5]), np.array([100.0]))
    law = stats.betabinom(10, 1, 1)
    assert tests.p_over[0] == pytest.approx(law.sf(9) + law.pmf(9) / 2)


def test_too_few_is_judged_like_too_many() -> None:
    certain = np.array([1e-6])
    # 25% against 27%: certain, but small; nobody against 2.4 people: large, but under three people
    small = run_tests(np.array([1000]), np.array([4000]), np.array([0.27]), certain)
    few = run_tests(np.array([0]), np.array([12]), np.array([0.2]), certain)
    clear = run_tests(np.array([2]), np.array([60]), np.array([0.3]), certain)
    assert small.q_under[0] <= 0.05 and few.q_under[0] <= 0.05
    assert [bool(t.is_under[0]) for t in (small, few, clear)] == [False, False, True]
    assert not clear.is_over[0]


def test_roles_are_treated_as_areas_are() -> None:
    counts = _agency()
    turned = ReasonCounts(counts.areas, counts.roles, counts.reasons, counts.n.T, counts.x.transpose(0, 2, 1))
    np.testing.assert_allclose(
        expected_from_elsewhere(counts, by="role").p1, expected_from_elsewhere(turned, by="area").p1
    )


def test_a_cell_left_out_in_one_step_lies_close_to_a_cell_really_left_out() -> None:
    counts = _agency(seed=4)
    one_step = expected_from_main_effects(counts)
    n, x = counts.n.copy(), counts.x.copy()
    n[2, 3], x[:, 2, 3] = 0, 0
    refitted = expected_from_main_effects(ReasonCounts(counts.roles, counts.areas, counts.reasons, n, x))
    np.testing.assert_allclose(one_step.p1[:, 2, 3], refitted.p1[:, 2, 3], atol=0.02)


def test_the_ridge_fit_sets_the_gradient_to_zero() -> None:
    counts = _agency(seed=2, n_reasons=1)
    n = counts.n.copy()
    # a cell of nobody has no leverage: its expected share is the fitted one
    n[0, 0] = 0
    x = counts.x.copy()
    x[0, 0, 0] = 0
    fitted = expected_from_main_effects(ReasonCounts(counts.roles, counts.areas, counts.reasons, n, x)).p1[0, 0, 0]
    design = np.hstack([np.ones((20, 1)), np.kron(np.eye(4), np.ones((5, 1))), np.kron(np.ones((4, 1)), np.eye(5))])

    def loss(beta: np.ndarray) -> float:
        eta = design @ beta
        return float((n.ravel() * np.logaddexp(0, eta) - x.ravel() * eta).sum() + 0.5 * (beta[1:] ** 2).sum())

    from_scipy = optimize.minimize(loss, np.zeros(10), method="BFGS").x
    assert fitted == pytest.approx(1 / (1 + np.exp(-(design[0] @ from_scipy))), abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(n=st.integers(1, 300), data=st.data(), p1=st.floats(0.01, 0.94), strength=st.floats(2, 5000))
def test_mid_p_agrees_with_scipy(n: int, data: st.DataObject, p1: float, strength: float) -> None:
    x = data.draw(st.integers(0, n))
    upper, lower = betabinomial.mid_p(
        np.array([x]), np.array([n]), np.array([strength * p1]), np.array([strength * (1 - p1)])
    )
    law = stats.betabinom(n, strength * p1, strength * (1 - p1))
    assert upper[0] == pytest.approx(law.sf(x) + law.pmf(x) / 2, abs=1e-7)
    assert upper[0] + lower[0] == pytest.approx(1, abs=1e-7)


def test_tests_of_very_different_sizes_do_not_disturb_each_other() -> None:
    x, n = np.array([30, 1, 400, 5]), np.array([40, 3, 9000, 20])
    a, b = np.full(4, 12.0), np.full(4, 40.0)
    together = betabinomial.mid_p(x, n, a, b)[0]
    alone = [betabinomial.mid_p(x[[i]], n[[i]], a[[i]], b[[i]])[0][0] for i in range(4)]
    np.testing.assert_allclose(together, alone)


def test_the_strength_of_a_family_is_the_best_on_a_fine_grid() -> None:
    rng = np.random.default_rng(8)
    n, p1 = rng.integers(20, 90, 60).astype(float), rng.uniform(0.1, 0.4, 60)
    x = stats.betabinom.rvs(n.astype(int), 30 * p1, 30 * (1 - p1), random_state=rng).astype(float)

    def posterior(m: float) -> float:
        return float(stats.betabinom.logpmf(x, n, m * p1, m * (1 - p1)).sum() + stats.norm.logpdf(np.log(m / 50)))

    grid = np.exp(np.linspace(np.log(2), np.log(5000), 4000))
    best = grid[int(np.argmax([posterior(m) for m in grid]))]
    assert betabinomial.fit_strength(x, n, p1) == pytest.approx(best, rel=0.005)


def test_the_interval_is_the_beta_quantiles_of_the_shrunken_estimate() -> None:
    estimate, low, high = betabinomial.shrunken(np.array([17.0]), np.array([40.0]), np.array([0.225]), 50.0)
    assert estimate[0] == pytest.approx((50 * 0.225 + 17) / 90)
    law = stats.beta(50 * 0.225 + 17, 50 * 0.775 + 23)
    assert (low[0], high[0]) == (pytest.approx(law.ppf(0.05)), pytest.approx(law.ppf(0.95)))


def test_a_flag_needs_three_people_and_a_ratio_of_a_fifth_besides_its_p_value() -> None:
    n = np.array([4000, 12])
    x = np.array([1200, 4])  # 30% against 27%: certain, but small; 4 of 12 against 1.5: large, but 2.5 people
    tests = run_tests(x, n, np.array([0.27, 0.125]), np.array([1e-6, 1e-6]))
    assert tests.q_over[0] <= 0.01
    assert not tests.is_over.any()


def test_a_rare_reason_of_a_very_large_group_is_not_given_too_seldom_by_the_limit_of_what_is_expected() -> None:
    """Thirty of 30,000 leavers give a reason that less than one in a thousand gives; half a percent is expected."""
    for limit in (MARGIN_RANGE[0], CELL_RANGE[0]):
        tests = run_tests(np.array([30]), np.array([30_000]), np.array([limit]), np.array([1e-6]))
        assert tests.q_under[0] < 0.01 and not tests.is_under[0]
        beside = run_tests(np.array([30]), np.array([30_000]), np.array([limit + 1e-6]), np.array([1e-6]))
        assert beside.is_under[0]
    most = run_tests(np.array([29_970]), np.array([30_000]), np.array([MARGIN_RANGE[1]]), np.array([1e-6]))
    assert most.q_over[0] < 0.01 and not most.is_over[0]


def _key(family: Family, role: str, area: str, window: str) -> GroupKey:
    run = Window(WindowCode(window), "2025Q4", "2026Q3")
    return GroupKey("leaver", family, role, area, run, Selection.RESIGNATION)


def _visible(family: Family, role: str, area: str, window: str, reasons: frozenset[str]) -> VisibleGroup:
    return VisibleGroup(_key(family, role, area, window), reasons)


def _one_strong_area() -> tuple[dict[Window, ReasonCounts], list[VisibleGroup]]:
    n = np.full((3, 6), 20)
    x = np.full((2, 3, 6), 4)
    x[0, :, 2] = 14
    counts = ReasonCounts(("r0", "r1", "r2"), tuple(f"a{i}" for i in range(6)), ("workload", "pay"), n, x)
    both = frozenset({"workload", "pay"})
    areas = [_visible(Family.AREA, EVERY, area, "12m", both) for area in counts.areas]
    cells = [_visible(Family.ROLE_AREA, role, area, "5fy", both) for role in counts.roles for area in counts.areas]
    return {visible.key.window: counts for visible in (areas[0], cells[0])}, areas + cells


def test_a_clear_difference_stands_out_and_says_so_in_numbers() -> None:
    counts, visible = _one_strong_area()
    found = find_standouts(counts, visible).findings
    first = found[0]
    assert (first.key.area, first.reason, first.direction, first.band) == (
        "a2",
        "workload",
        Direction.OVER,
        Band.STRONG,
    )
    assert (first.n_text, first.base, first.percent) == ("42", 60, 70)
    assert all(finding.key.area == "a2" and finding.reason == "workload" for finding in found)


def test_only_visible_groups_and_reasons_come_out() -> None:
    counts, visible = _one_strong_area()
    few = [VisibleGroup(group.key, frozenset({"pay"})) for group in visible[:2]]
    result = find_standouts(counts, few)
    assert {(c.key.area, c.reason) for c in result.comparisons} == {("a0", "pay"), ("a1", "pay")}
    assert find_standouts(counts, []).comparisons == ()


def test_a_group_the_counts_do_not_hold_is_an_error() -> None:
    counts, _ = _one_strong_area()
    with pytest.raises(KeyError, match="nowhere"):
        find_standouts(counts, [_visible(Family.AREA, EVERY, "nowhere", "12m", frozenset({"pay"}))])


def test_masked_counts_carry_neither_percent_nor_estimate() -> None:
    counts, visible = _one_strong_area()
    counts[visible[0].key.window].x[1, :, 4] = [1, 1, 0]
    [low] = [
        c
        for c in find_standouts(counts, visible).comparisons
        if (c.key.area, c.reason) == ("a4", "pay") and c.key.role == EVERY
    ]
    assert (low.n_text, low.percent, low.estimate_percent, low.low, low.high) == ("<3", None, None, None, None)
    assert sentence(low, "pay").startswith("Fewer than 3 of 60 leavers gave pay; from the roles in this Area about")
    [sensitive] = find_standouts(counts, [visible[0]], sensitive=frozenset({"workload", "pay"})).comparisons[:1]
    assert sensitive.n_text == "12"


def _comparison(**changes: object) -> Comparison:
    values: dict[str, object] = {
        "key": _key(Family.AREA, EVERY, "gwent", "12m"), "reason": "workload", "base": 60,
        "n_text": "25", "percent": 42, "expected_percent": 23, "estimate_percent": 36, "low": 27, "high": 45,
        "organisation_percent": 27, "direction": Direction.OVER, "band": Band.STRONG,
    }  # fmt: skip
    return Comparison(**(values | changes))  # type: ignore[arg-type]  # plain values by name keep the cases short


def test_sentences_name_counts_and_what_would_be_expected() -> None:
    finding = _comparison()
    assert sentence(finding, "workload") == (
        "25 of 60 leavers gave workload; from the roles in this Area about 14 would be expected."
    )
    assert sentence(finding, "llwyth gwaith", "cy") == (
        "Rheswm 25 o’r 60 a adawodd: ‘llwyth gwaith’; ar sail y rolau yn yr Ardal hon byddai disgwyl tua 14."
    )
    alone = told_alone(finding, "workload", "", "Gwent")
    assert alone == "Gwent: 25 of 60 leavers gave workload. About 14 would be expected."
    welsh = told_alone(finding, "llwyth gwaith", "", "Gwent", "cy")
    assert welsh == "Gwent: rhoddodd 25 o’r 60 a adawodd ‘llwyth gwaith’ yn rheswm. Byddai disgwyl tua 14."
    assert heading(finding, "workload", "", "Gwent") == "Workload stands out in Gwent"
    assert heading(finding, "llwyth gwaith", "", "Gwent", "cy") == "Llwyth gwaith yn sefyll allan: Gwent"


def test_masked_numbers_stay_masked_in_both_languages() -> None:
    few, most = _comparison(n_text="<3", percent=None), _comparison(n_text=">=58", percent=None)
    assert sentence(few, "pay").startswith("Fewer than 3 of 60 leavers gave pay;")
    assert sentence(most, "pay").startswith("At least 58 of 60 leavers gave pay;")
    assert sentence(few, "tâl", "cy").startswith("Rheswm llai na 3 o’r 60 a adawodd: ‘tâl’;")
    assert sentence(most, "tâl", "cy").startswith("Rheswm o leiaf 58 o’r 60 a adawodd: ‘tâl’;")
    assert told_alone(few, "pay", "", "Gwent").startswith("Gwent: fewer than 3 of 60 leavers gave pay.")
    assert sentence(_comparison(expected_percent=0), "pay").endswith("hardly any would be expected.")


def test_a_share_above_expected_but_below_the_organisation_is_put_down_to_the_mix() -> None:
    assert mix_note(_comparison(organisation_percent=50)) == "the mix of roles explains this"
    assert mix_note(_comparison(organisation_percent=27)) == ""
    shown = crude_and_expected(_comparison(organisation_percent=50))
    assert shown == "42%; whole organisation 50%; expected 23%; the mix of roles explains this"


@pytest.mark.parametrize(
    ("n", "start"), [(0, "Nothing stands out."), (1, "1 thing stands"), (3, "3 things stand out.")]
)
def test_the_summary_says_what_silence_does_not_mean(n: int, start: str) -> None:
    assert summary(n).startswith(start)
    assert summary(n).endswith("it does not mean there is no difference.")


def test_only_roles_areas_and_cells_are_compared() -> None:
    with pytest.raises(ValueError, match="region"):
        _visible(Family.REGION, EVERY, "north", "12m", frozenset({"pay"}))
