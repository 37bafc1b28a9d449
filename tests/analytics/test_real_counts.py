"""Real counts of a public exit survey: percentages, ranks and intervals equal its truth tables."""

import csv
from collections import defaultdict

import pytest

from analytics.intervals import wilson
from analytics.themes import rank_reasons
from tests.real_data import real_path

pytestmark = pytest.mark.real_data


def _truth(name: str) -> list[dict[str, str]]:
    with real_path("qld_tafe", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_interval_of_the_truth_table_is_ours() -> None:
    rows = [row for row in _truth("truth_tafe_long.csv") if int(row["base_ans"]) > 0]
    assert len(rows) > 100
    for row in rows:
        n, base = int(row["n"]), int(row["base_ans"])
        limits = wilson(n, base)
        assert round(100 * n / base, 2) == pytest.approx(float(row["pct_ans"]), abs=0.0051)
        assert 100 * limits.low == pytest.approx(float(row["lo_ans"]), abs=0.0051)
        assert 100 * limits.high == pytest.approx(float(row["hi_ans"]), abs=0.0051)


def test_the_five_commonest_reasons_of_every_institute_are_ours() -> None:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    bases: dict[str, int] = {}
    for row in _truth("truth_tafe_long.csv"):
        # "none of these" was ticked by people in the base but is no reason to rank
        if (row["scope"], row["dimension"]) == ("resignations only", "Institute") and row["reason"] != "NONE":
            counts[row["level"]][row["reason"]] = int(row["n"])
            bases[row["level"]] = int(row["base_ans"])
    compared = 0
    for row in _truth("truth_top5_by_institute_resignations.csv"):
        level = row["level"]
        if level not in counts:
            continue
        theme = next(t for t in rank_reasons(counts[level], bases[level]) if t.reason == row["reason"])
        assert theme.n == int(row["n"])
        assert theme.rank <= int(row["rank"])
        compared += 1
    assert compared > 20
