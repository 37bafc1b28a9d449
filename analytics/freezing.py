"""From the opened rows of one batch to the one record of counts that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.columns import (
    ANSWERED,
    AREA,
    COUNT,
    LEAVING_TYPE,
    ROLE,
    SECRET,
    WEIGHT,
    RespondentColumns,
    check_frame,
)
from analytics.cube import CodedRows, count_cube, encode_rows, reasons_given
from analytics.frozen import LEAVING_TYPES, AtomRow, FrozenBatch, WeightedTotals

Weights = npt.NDArray[np.float64]


def freeze_batch(frame: pd.DataFrame, columns: RespondentColumns, source: str, period: str) -> FrozenBatch:
    """The frozen counts of one period of one source.

    Input: a respondent frame (see RespondentColumns), whole rows of one batch. Rows that did not answer the reasons
    question are in no count. Output: people by role, Area and leaving type, secret and all, and the same by level of
    every D; sums of raking weights by leaving type where the frame has weights. Errors: FrameNotAsExpected.
    """
    checked = check_frame(frame, columns)
    reasons = dict(zip(columns.reasons, columns.reason_columns, strict=True))
    answered = checked[checked[ANSWERED]]
    rows = encode_rows(answered, [ROLE, AREA, LEAVING_TYPE, SECRET, *columns.dimensions], reasons, count=COUNT)
    weights = answered[WEIGHT].to_numpy() if WEIGHT in answered else None
    return freeze_rows(rows, source, period, columns.dimensions, weights)


def freeze_rows(
    rows: CodedRows, source: str, period: str, dimensions: Sequence[str] = (), weights: Weights | None = None
) -> FrozenBatch:
    """The same from rows that are coded already by role, area, leaving_type, secret ("True" or "False") and every D.

    All rows are in the base; `weights` are raking weights, one a row.
    """
    by_level = {dimension: _atom_rows(rows, dimension) for dimension in dimensions}
    weighted = {} if weights is None else _weighted(rows, weights)
    return FrozenBatch(source, period, rows.reasons, _atom_rows(rows, ""), by_level, weighted)


def freeze_periods(
    frame: pd.DataFrame, columns: RespondentColumns, source: str, period_column: str = "period"
) -> list[FrozenBatch]:
    """One record a period for rows that carry their period ("2026Q1", "2026" or "undated"), as outside surveys do."""
    return [
        freeze_batch(part, columns, source, str(period))
        for period, part in frame.groupby(frame[period_column].astype(str), sort=True)
    ]


def _atom_rows(rows: CodedRows, dimension: str) -> tuple[AtomRow, ...]:
    names = [ROLE, AREA, LEAVING_TYPE, *([dimension] if dimension else []), SECRET]
    cube = count_cube(rows, names)
    secret_at = [place for place, level in enumerate(cube.levels[-1]) if level == "True"]
    secret = cube.base[..., secret_at].sum(axis=-1)
    base, counts = cube.base.sum(axis=-1), cube.counts.sum(axis=-2)
    found = []
    for where in np.argwhere(base):
        at = tuple(where)
        role, area, kind, *level = (levels[place] for levels, place in zip(cube.levels[:-1], where, strict=True))
        people = int(secret[at]), int(base[at]), tuple(counts[at].tolist())
        found.append(AtomRow(role, area, kind, level[0] if level else "", *people))
    return tuple(found)


def _weighted(rows: CodedRows, weights: Weights) -> dict[str, WeightedTotals]:
    weight = weights if rows.count is None else weights * rows.count
    kinds, given = rows.levels[LEAVING_TYPE], reasons_given(rows)
    totals = {}
    for kind in LEAVING_TYPES:
        own = np.where(rows.codes[LEAVING_TYPE] == kinds.index(kind), weight, 0.0) if kind in kinds else 0.0 * weight
        totals[kind] = WeightedTotals(float(own.sum()), tuple((own @ given).tolist()))
    return totals
