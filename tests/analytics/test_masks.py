"""What a reader sees of a count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.masks import hidden_row, published_row, rows_of
from analytics.tables import Family, GroupKey, PublishedGroup, Selection, Status, Window, WindowCode

KEY = GroupKey(
    "leaver", Family.ROLE, "clerk", "*", Window(WindowCode.TWELVE_MONTHS, "2025Q2", "2026Q1"), Selection.RESIGNATION
)


@pytest.mark.parametrize(
    ("x", "base", "is_sensitive", "n", "percent", "status"),
    [
        (2, 40, False, "<3", None, Status.MASKED),
        (38, 40, False, ">=38", None, Status.MASKED),
        (37, 40, False, "37", 95, Status.SHOWN),
        (4, 40, True, "<5", None, Status.MASKED),
        (36, 40, True, ">=36", None, Status.MASKED),
        (35, 40, True, "35", 90, Status.SHOWN),
        (17, 40, False, "17", 45, Status.SHOWN),
        (3, 40, False, "3", 10, Status.SHOWN),
        (31, 80, False, "31", 39, Status.SHOWN),
        (3, 800, False, "3", 1, Status.SHOWN),
        (797, 800, False, "797", 99, Status.SHOWN),
    ],
)
def test_a_count_is_masked_or_rounded_as_the_contract_says(
    x: int, base: int, is_sensitive: bool, n: str, percent: int | None, status: Status
) -> None:
    row = published_row(KEY, "workload", x, base, is_sensitive, "2026Q1")
    assert (row.n, row.percent, row.status, row.base) == (n, percent, status, base)


@given(base=st.integers(10, 900), data=st.data())
def test_no_shown_row_reads_nought_or_a_hundred_percent(base: int, data: st.DataObject) -> None:
    row = published_row(KEY, "workload", data.draw(st.integers(0, base)), base, False, "2026Q1")
    if row.status is Status.SHOWN:
        assert row.percent is not None and row.low is not None and row.high is not None
        assert 0 < row.percent < 100
        assert row.low < 100 * int(row.n) / base < row.high
    else:
        assert (row.percent, row.low, row.high) == (None, None, None)


def test_wilson_limits_are_widened_outwards() -> None:
    row = published_row(KEY, "workload", 81, 263, False, "2026Q1")
    assert (row.low, row.high) == (25, 37)


def test_a_hidden_row_says_nothing() -> None:
    row = hidden_row(KEY, "bullying")
    assert (row.n, row.base, row.percent, row.low, row.high, row.status) == ("", None, None, None, None, Status.HIDDEN)


def test_a_reason_without_a_count_is_hidden_within_a_visible_group() -> None:
    group = PublishedGroup(KEY, 40, {"pay": 12, "travel": 2}, "2026Q1", {"pay": 31, "travel": 4})
    bullying, pay, travel = rows_of(group, ["bullying", "pay", "travel"], sensitive=["bullying"])
    assert (pay.status, pay.weighted_percent) == (Status.SHOWN, 31)
    assert bullying.status is Status.HIDDEN
    assert (travel.status, travel.weighted_percent) == (Status.MASKED, None), "a mask hides the weighted percentage too"
