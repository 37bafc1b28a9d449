"""Counts over coded rows equal plain grouping, and frozen batches hold exactly the people who answered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.columns import FrameNotAsExpected, RespondentColumns, as_main_reason, check_frame
from analytics.cube import DimensionNotCoded, count_cube, encode_rows
from analytics.freezing import freeze_batch, freeze_periods
from analytics.frozen import AtomRow, FrozenBatch

REASONS = ("pay", "workload", "manager")
COLUMNS = RespondentColumns(REASONS, ("tenure",))


def _people(n: int, seed: int, n_reasons: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "role": random.choice(["clerk", "lawyer", "paralegal"], n),
            "area": random.choice(["north", "south"], n),
            "leaving_type": random.choice(["resignation", "other"], n),
            "tenure": random.choice(["lt2", "2to4", ""], n),
            "answered": random.random(n) < 0.9,
            "secret": random.random(n) < 0.8,
            "count": random.integers(0, 4, n),
        }
    )
    for at in range(n_reasons):
        frame[f"reason_{REASONS[at] if at < 3 else at}"] = random.random(n) < 0.3
    return frame


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 10_000), workers=st.sampled_from([1, 2]), few=st.sampled_from([0, 60]))
def test_a_cube_counts_what_grouping_counts(n: int, seed: int, workers: int, few: int) -> None:
    """Few rows are counted one way, many another: both are tried on few."""
    frame = _people(n, seed)
    reasons = {code: f"reason_{code}" for code in REASONS}
    rows = encode_rows(frame, ["role", "area", "tenure"], reasons, count="count")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.cube.FEW_ROWS", few)
        cube = count_cube(rows, ["area", "role"], workers=workers)
    found = cube.frame().set_index(["area", "role"]).sort_index()
    weighted = frame[list(reasons.values())].mul(frame["count"], axis=0).set_axis(list(REASONS), axis=1)
    wanted = weighted.assign(base=frame["count"]).groupby([frame["area"], frame["role"]]).sum()
    wanted = wanted[wanted["base"] > 0]
    assert found[["base", *REASONS]].to_dict() == wanted[["base", *REASONS]].to_dict()


def test_many_reasons_and_many_cells_are_counted_in_several_passes() -> None:
    random = np.random.default_rng(3)
    n = 5000
    frame = pd.DataFrame(
        {"cell": random.integers(0, 3000, n), **{f"r{at}": random.random(n) < 0.5 for at in range(40)}}
    )
    rows = encode_rows(frame, ["cell"], {f"r{at}": f"r{at}" for at in range(40)})
    found = count_cube(rows, ["cell"]).frame()
    wanted = frame.groupby(frame["cell"].astype(str).astype(int)).sum()
    order = found["cell"].astype(int)
    assert (found.drop(columns=["cell", "base"]).to_numpy() == wanted.loc[order].to_numpy()).all()


def test_a_cube_without_dimensions_is_one_cell() -> None:
    rows = encode_rows(_people(20, 1), ["role"], {"pay": "reason_pay"})
    cube = count_cube(rows, [])
    assert int(cube.base) == 20


def test_an_unknown_dimension_is_refused() -> None:
    rows = encode_rows(_people(5, 1), ["role"], {"pay": "reason_pay"})
    with pytest.raises(DimensionNotCoded, match="grade"):
        count_cube(rows, ["grade"])


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("n_reasons", [1, 8, 61, 62, 63, 124, 125, 200])
def test_any_number_of_reasons_is_counted_like_the_plain_sums(
    n_reasons: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.cube.FEW_ROWS", few)
    random = np.random.default_rng(n_reasons)
    ticked = pd.DataFrame({f"r{at}": random.random(300) < 0.3 for at in range(n_reasons)})
    frame = ticked.assign(role=random.choice(["clerk", "lawyer"], 300), count=random.integers(0, 4, 300))
    cube = count_cube(encode_rows(frame, ["role"], {name: name for name in ticked}, count="count"), ["role"])
    wanted = ticked.mul(frame["count"], axis=0).groupby(frame["role"]).sum()
    assert cube.counts.tolist() == wanted.to_numpy().tolist()
    assert cube.base.tolist() == frame.groupby("role")["count"].sum().tolist()


def test_a_frozen_batch_counts_those_who_answered_secret_and_all() -> None:
    frame = _people(200, 7)
    batch = freeze_batch(frame, COLUMNS, "leaver", "2026Q1")
    answered = frame[frame["answered"]]
    assert sum(row.base for row in batch.atoms) == answered["count"].sum()
    assert sum(row.secret for row in batch.atoms) == answered.loc[answered["secret"], "count"].sum()
    assert sum(row.counts[1] for row in batch.atoms) == answered.loc[answered["reason_workload"], "count"].sum()
    assert {row.level for row in batch.dimensions["tenure"]} == {"lt2", "2to4", "not_known"}
    assert sum(row.base for row in batch.dimensions["tenure"]) == sum(row.base for row in batch.atoms)


def test_a_frozen_batch_survives_storing() -> None:
    frame = _people(50, 8).assign(weight=1.5)
    batch = freeze_batch(frame, COLUMNS, "leaver", "2026Q1")
    assert FrozenBatch.from_json(batch.as_json()) == batch
    assert batch.weighted["other"].base > 0


def test_a_batch_is_the_same_in_whatever_order_its_rows_come() -> None:
    frame = _people(80, 9)
    shuffled = frame.sample(frac=1, random_state=2)
    assert freeze_batch(frame, COLUMNS, "leaver", "2026Q1") == freeze_batch(shuffled, COLUMNS, "leaver", "2026Q1")


def test_periods_are_frozen_apart() -> None:
    frame = _people(60, 10).assign(period=["2012", "2013", "undated"] * 20)
    assert [batch.period for batch in freeze_periods(frame, COLUMNS, "leaver")] == ["2012", "2013", "undated"]


def test_the_main_reason_is_a_source_with_its_own_base() -> None:
    frame = _people(3, 11).assign(answered=True, secret=True, count=1, main_reason=["pay", "", "manager"])
    batch = freeze_batch(as_main_reason(frame, REASONS), COLUMNS, "leaver_main", "2026Q1")
    assert sum(row.base for row in batch.atoms) == 2
    assert [sum(row.counts[at] for row in batch.atoms) for at in range(3)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("role", "", "role: row 4 has ''"),
        ("leaving_type", "retired", "leaving_type: row 4 has 'retired'.*resignation, other"),
        ("count", -1, "count: row 4 has -1"),
        ("secret", "maybe", "secret: row 4 has 'maybe'"),
    ],
)
def test_a_value_that_cannot_be_counted_is_named_with_its_row(column: str, value: object, said: str) -> None:
    frame = _people(6, 12).astype({column: object})
    frame.loc[4, column] = value
    with pytest.raises(FrameNotAsExpected, match=said):
        check_frame(frame, COLUMNS)


def test_missing_columns_are_named() -> None:
    with pytest.raises(FrameNotAsExpected, match="missing columns: area, reason_manager"):
        check_frame(_people(3, 1).drop(columns=["area", "reason_manager"]), COLUMNS)


def test_an_empty_batch_has_no_atoms() -> None:
    assert freeze_batch(_people(5, 1).iloc[:0], COLUMNS, "leaver", "2026Q1").atoms == ()


def test_rows_keep_their_fields_in_json_order() -> None:
    row = AtomRow("clerk", "north", "other", "", 1, 2, (1, 0, 2))
    batch = FrozenBatch("leaver", "2026Q1", REASONS, (row,))
    assert batch.as_json()["atoms"] == [["clerk", "north", "other", "", 1, 2, [1, 0, 2]]]
