"""The lake's expression counts what the cube counts: on DuckDB over Parquet, and in the drill on Spark."""

from __future__ import annotations

from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from analytics.cube import count_cube, encode_rows
from analytics.lake import ColumnNotInLake, cube_expression, cube_frame

REASONS = {"pay": "reason_pay", "workload": "reason_workload"}
DIMENSIONS = ["role", "area"]


def _answers(n: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "role": random.choice(["clerk", "lawyer", "paralegal"], n),
            "area": random.choice(["north", "south", "west"], n),
            "count": random.integers(0, 3, n),
            "reason_pay": random.random(n) < 0.4,
            "reason_workload": random.random(n) < 0.2,
        }
    )


def _by_cube(frame: pd.DataFrame, count: str | None) -> pd.DataFrame:
    cube = count_cube(encode_rows(frame, DIMENSIONS, REASONS, count=count), DIMENSIONS).frame()
    return cube.sort_values(DIMENSIONS, ignore_index=True).astype({"role": "object", "area": "object"})


@pytest.mark.parametrize("count", [None, "count"])
def test_duckdb_over_parquet_counts_what_the_cube_counts(tmp_path: Path, count: str | None) -> None:
    frame = _answers(5000, 1)
    for part, rows in enumerate(np.array_split(np.arange(len(frame)), 3)):
        frame.iloc[rows].to_parquet(tmp_path / f"part{part}.parquet")
    lake = ibis.duckdb.connect().read_parquet(str(tmp_path / "*.parquet"))
    found = cube_frame(cube_expression(lake, DIMENSIONS, REASONS, count), DIMENSIONS, list(REASONS))
    pd.testing.assert_frame_equal(found.astype({"role": "object", "area": "object"}), _by_cube(frame, count))


def test_a_column_that_the_lake_lacks_is_named() -> None:
    lake = ibis.memtable(_answers(5, 1))
    with pytest.raises(ColumnNotInLake, match="grade"):
        cube_expression(lake, ["grade"], REASONS)


@pytest.mark.drill
def test_spark_on_a_local_cluster_counts_what_the_cube_counts(tmp_path: Path) -> None:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - only the drill has it
    except ImportError:
        pytest.fail("the drill needs Spark and Java 17 or later: ./run drill installs both")
    frame = _answers(20_000, 2)
    frame.to_parquet(tmp_path / "answers.parquet")
    session = SparkSession.builder.master("local-cluster[2,1,1024]").appName("cube").getOrCreate()
    try:
        lake = ibis.pyspark.connect(session).read_parquet(str(tmp_path / "answers.parquet"))
        expression = cube_expression(lake, DIMENSIONS, REASONS, "count")
        found = cube_frame(expression, DIMENSIONS, list(REASONS))
    finally:
        session.stop()
    pd.testing.assert_frame_equal(found.astype({"role": "object", "area": "object"}), _by_cube(frame, "count"))
