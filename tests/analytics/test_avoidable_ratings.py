"""Avoidable beside regretted, and ratings: masks stay masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.avoidable import two_by_two
from analytics.masks import hidden_row, published_row
from analytics.ratings import rate
from analytics.tables import Family, GroupKey, PublishedRow, Selection, Window, WindowCode

WINDOW = Window(WindowCode.THREE_YEARS, "2023Q2", "2026Q1")


def _row(level: str, n: int, reason: str = "avoidable") -> PublishedRow:
    key = GroupKey("leaver", Family.AREA_D, "*", "gwent", WINDOW, Selection.RESIGNATION, "regretted", level)
    return published_row(key, reason, n, 40, False, "2026Q1")


def test_avoidable_and_regretted_make_a_square() -> None:
    [square] = two_by_two([_row("yes", 24), _row("no", 10), _row("yes", 5, reason="pay")], "avoidable")
    assert square.regretted is not None and square.not_regretted is not None
    assert (square.regretted.avoidable, square.regretted.unavoidable, square.regretted.percent_avoidable) == (
        "24",
        "16",
        60,
    )
    assert (square.not_regretted.avoidable, square.not_regretted.unavoidable) == ("10", "30")


@pytest.mark.parametrize(("n", "mine", "other"), [(2, "<3", ">=38"), (39, ">=38", "<3")])
def test_a_masked_side_masks_the_other(n: int, mine: str, other: str) -> None:
    [square] = two_by_two([_row("yes", n)], "avoidable")
    assert square.regretted is not None
    assert (square.regretted.avoidable, square.regretted.unavoidable) == (mine, other)
    assert square.regretted.percent_avoidable is None


def test_a_hidden_half_stays_empty() -> None:
    [square] = two_by_two([hidden_row(_row("yes", 20).key, "avoidable"), _row("no", 12)], "avoidable")
    assert square.regretted is None
    assert square.not_regretted is not None


def test_a_mean_has_one_decimal_and_a_spread_needs_thirty() -> None:
    assert rate({1: 3, 2: 4, 3: 2, 4: 0, 5: 0}).mean is None
    small = rate({1: 5, 2: 10, 3: 5, 4: 4, 5: 5})
    assert (small.base, small.mean, small.spread) == (29, 2.8, None)
    large = rate({1: 2, 2: 10, 3: 10, 4: 4, 5: 4})
    assert large.spread == ((1, "<3"), (2, "10"), (3, "10"), (4, "4"), (5, "4"))


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 60), min_size=1))
def test_a_mean_lies_within_half_a_tenth_of_the_true_one(counts: dict[int, int]) -> None:
    base = sum(counts.values())
    rating = rate(counts)
    if base >= 10:
        assert rating.mean == pytest.approx(sum(s * n for s, n in counts.items()) / base, abs=0.0501)
