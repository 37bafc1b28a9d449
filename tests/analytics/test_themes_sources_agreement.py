"""Rankings, sources side by side, and the agreement of coders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from analytics.agreement import (
    NothingToCompare,
    Reliability,
    alpha_by_code,
    cohen_kappa,
    krippendorff_alpha,
    masi,
    nominal,
    reliability,
)
from analytics.sources import Comparable, option_list_warning, side_by_side
from analytics.tables import Family, GroupKey, PublishedRow, Selection, Status, Window, WindowCode
from analytics.themes import rank_reasons, rank_released

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example with four observers and missing values
KRIPPENDORFF = ["111", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11", "3"]


def _row(source: str, reason: str, n: str, status: Status = Status.SHOWN, area: str = "*") -> PublishedRow:
    window = Window(WindowCode.TWELVE_MONTHS, "2025Q4", "2026Q3")
    key = GroupKey(source, Family.AREA, "*", area, window, Selection.RESIGNATION)
    return PublishedRow(key, reason, n, 40, 10, 5, 20, status)


def test_reasons_are_ranked_with_ties_sharing_a_rank() -> None:
    themes = rank_reasons({"pay": 12, "workload": 17, "travel": 12, "other": 1}, base=40)
    assert [(t.rank, t.reason, t.percent) for t in themes] == [
        (1, "workload", 45), (2, "pay", 30), (2, "travel", 30), (4, "other", 5),
    ]  # fmt: skip
    assert (themes[0].low, themes[0].high) == (28, 58)


def test_masked_rows_come_last_and_in_no_telling_order() -> None:
    rows = [
        _row("leaver", "b", "<3", Status.MASKED),
        _row("leaver", "c", "9"),
        _row("leaver", "a", "<3", Status.MASKED),
    ]
    assert [(rank, row.reason) for rank, row in rank_released(rows)] == [(1, "c"), (None, "a"), (None, "b")]


def test_sources_are_matched_by_group_and_never_filled_in() -> None:
    rows = [
        _row("leaver", "pay", "9", area="gwent"),
        _row("interviewer", "pay", "4", area="gwent"),
        _row("leaver", "travel", "3", area="gwent"),
        _row("leaver", "pay", "7", area="powys"),
        _row("interviewer", "pay", "", Status.HIDDEN, area="powys"),
    ]
    offered = {"leaver": frozenset({"pay", "travel"}), "interviewer": frozenset({"pay"})}
    pay, travel = side_by_side(rows, offered)
    assert (pay.area, pay.comparable) == ("gwent", Comparable.YES)
    assert {source: row.n for source, row in pay.rows.items() if row} == {"leaver": "9", "interviewer": "4"}
    assert (travel.comparable, travel.rows["interviewer"]) == (Comparable.NOT_OFFERED, None)
    assert option_list_warning(offered).startswith("The sources offered different lists")
    assert option_list_warning({"leaver": frozenset({"a"}), "hr": frozenset({"a"})}) == ""


def test_kappa_of_the_worked_example() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.40)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=5, max_size=60))
def test_kappa_agrees_with_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    table = [[sum(pair == (a, b) for pair in pairs) for b in "abc"] for a in "abc"]
    if len({code for pair in pairs for code in pair}) == 1:
        with pytest.raises(NothingToCompare):
            cohen_kappa(table)
    else:
        first, second = zip(*pairs, strict=True)
        assert cohen_kappa(table) == pytest.approx(cohen_kappa_score(first, second))


def test_alpha_of_krippendorffs_own_example() -> None:
    assert krippendorff_alpha([list(unit) for unit in KRIPPENDORFF], nominal) == pytest.approx(0.743, abs=5e-4)


def test_sets_that_overlap_are_nearer_than_sets_that_do_not() -> None:
    pay, both, other = frozenset({"pay"}), frozenset({"pay", "travel"}), frozenset({"travel", "leader"})
    assert masi(pay, pay) == 0
    assert masi(pay, both) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi(both, other) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi(pay, frozenset({"leader"})) == 1
    assert krippendorff_alpha([[pay, pay], [both, both], [other, other]], masi) == pytest.approx(1)


def test_agreement_is_only_reported_when_it_is_good_enough() -> None:
    assert [reliability(a) for a in (0.81, 0.70, 0.5)] == [
        Reliability.RELIABLE, Reliability.INDICATIVE, Reliability.NOT_REPORTED,
    ]  # fmt: skip
    units = [[frozenset({"pay"}), frozenset({"pay"})], [frozenset({"travel"}), frozenset[str]()]]
    alphas = alpha_by_code(units, ["pay", "travel", "unused"])
    assert (alphas["pay"], alphas["unused"]) == (pytest.approx(1), None)


def test_without_variation_there_is_no_agreement_to_measure() -> None:
    with pytest.raises(NothingToCompare):
        krippendorff_alpha([["a", "a"], ["a", "a"]], nominal)
