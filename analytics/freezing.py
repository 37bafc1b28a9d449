"""From the opened rows of one batch to the one record of counts that is kept of it."""

from __future__ import annotations

import numpy as np
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
from analytics.cube import count_cube, encode_rows
from analytics.frozen import LEAVING_TYPES, AtomRow, FrozenBatch, WeightedTotals

_LEVEL = "level"


def freeze_batch(frame: pd.DataFrame, columns: RespondentColumns, source: str, period: str) -> FrozenBatch:
    """The frozen counts of one period of one source.

    Input: a respondent frame (see RespondentColumns), whole rows of one batch. Rows that did not answer the reasons
    question are in no count. Output: people by role, Area and leaving type, secret and all, and the same by level of
    every D; sums of raking weights by leaving type where the frame has weights. Errors: FrameNotAsExpected.
    """
    checked = check_frame(frame, columns)
    answered = checked[checked[ANSWERED] & (checked[COUNT] > 0)]
    by_level = {dimension: _atom_rows(answered, columns, dimension) for dimension in columns.dimensions}
    weighted = _weighted(answered, columns) if WEIGHT in answered else {}
    return FrozenBatch(source, period, columns.reasons, _atom_rows(answered, columns, ""), by_level, weighted)


def freeze_periods(
    frame: pd.DataFrame, columns: RespondentColumns, source: str, period_column: str = "period"
) -> list[FrozenBatch]:
    """One record a period for rows that carry their period ("2026Q1", "2026" or "undated"), as outside surveys do."""
    return [
        freeze_batch(part, columns, source, str(period))
        for period, part in frame.groupby(frame[period_column].astype(str), sort=True)
    ]


def _atom_rows(frame: pd.DataFrame, columns: RespondentColumns, dimension: str) -> tuple[AtomRow, ...]:
    names = [ROLE, AREA, LEAVING_TYPE, _LEVEL, SECRET]
    levelled = frame.assign(**{_LEVEL: frame[dimension] if dimension else ""})
    reasons = dict(zip(columns.reasons, columns.reason_columns, strict=True))
    cube = count_cube(encode_rows(levelled, names, reasons, count=COUNT), names)
    secret_at = [place for place, level in enumerate(cube.levels[-1]) if level == "True"]
    secret = cube.base[..., secret_at].sum(axis=-1)
    base, counts = cube.base.sum(axis=-1), cube.counts.sum(axis=-2)
    rows = []
    for where in np.argwhere(base):
        at = tuple(where)
        role, area, kind, level = (levels[place] for levels, place in zip(cube.levels[:4], where, strict=True))
        rows.append(AtomRow(role, area, kind, level, int(secret[at]), int(base[at]), tuple(counts[at].tolist())))
    return tuple(rows)


def _weighted(frame: pd.DataFrame, columns: RespondentColumns) -> dict[str, WeightedTotals]:
    totals = {}
    for kind in LEAVING_TYPES:
        part = frame[frame[LEAVING_TYPE] == kind]
        weight = part[WEIGHT] * part[COUNT]
        counts = tuple(float((weight * part[column]).sum()) for column in columns.reason_columns)
        totals[kind] = WeightedTotals(float(weight.sum()), counts)
    return totals
