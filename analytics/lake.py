"""The cube as one Ibis expression, for an estate that keeps its answers in a lake: DuckDB over Parquet, or Spark.

An optional extra (`pip install "surveyapp[lake]"`, for Spark `"surveyapp[spark]"`); nothing else here imports it. The
counts equal `cube.count_cube` on the same rows. They are counts of answers: they go into a frozen batch (see
`freezing`), never to a reader.

    connection = ibis.duckdb.connect()
    rows = connection.read_parquet("answers/*.parquet")
    expression = cube_expression(rows, ["role", "area"], {"pay": "reason_pay"}, count="count")
    frame = cube_frame(expression, ["role", "area"], ["pay"])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pandas as pd


class ColumnNotInLake(KeyError):
    """The lake's table lacks a dimension, a reason or the count column."""


def cube_expression(
    rows: Any, dimensions: Sequence[str], reasons: Mapping[str, str], count: str | None = None
) -> ibis.Table:
    """An expression with one row a non-empty cell: dimensions, `base`, and a column a reason.

    `rows`: an Ibis table of respondents, one row a person or, with `count`, one for several alike; `reasons`: code ->
    boolean column. Runs where the table lives and brings back cells only. Errors: ColumnNotInLake.
    """
    missing = [c for c in (*dimensions, *reasons.values(), *([count] if count else [])) if c not in rows.columns]
    if missing:
        raise ColumnNotInLake(", ".join(missing))
    people = rows[count].cast("int64") if count else ibis.literal(1, "int64")
    sums = {code: ibis.ifelse(rows[column], people, 0).sum().cast("int64") for code, column in reasons.items()}
    keys = {dimension: rows[dimension].cast("string") for dimension in dimensions}
    cells = rows.aggregate(by=keys, base=_total(rows, count), **sums)
    return cells.filter(cells.base > 0)


def cube_frame(expression: Any, dimensions: Sequence[str], reasons: Sequence[str]) -> pd.DataFrame:
    """The cells in the order and shape of `Cube.frame()`: sorted by the dimensions, counts as whole numbers."""
    frame = expression.execute()
    for column in ("base", *reasons):
        frame[column] = frame[column].astype("int64")
    ordered: pd.DataFrame = frame[[*dimensions, "base", *reasons]]
    return ordered.sort_values(list(dimensions), ignore_index=True) if dimensions else ordered


def _total(rows: Any, count: str | None) -> Any:
    return rows[count].sum().cast("int64") if count else rows.count().cast("int64")
