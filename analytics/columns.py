"""The input frames: one row a respondent, or one for several alike; column names, meaning and the checks on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.frozen import LEAVING_TYPES

ROLE, AREA, LEAVING_TYPE = "role", "area", "leaving_type"
ANSWERED, SECRET, WEIGHT, COUNT, MAIN_REASON = "answered", "secret", "weight", "count", "main_reason"
REASON_PREFIX = "reason_"
ROWS_NAMED = 3


class FrameNotAsExpected(ValueError):
    """An input frame lacks a column or holds a value that cannot be counted. The message names column, row, value."""


@dataclass(frozen=True)
class RespondentColumns:
    """Which reasons and D a respondent frame has.

    Columns of the frame: `role`, `area` (codes), `leaving_type` ("resignation" or "other"), `answered` (answered the
    reasons question; True where absent), `secret` (confidential and not keyed in by HR; True where absent), `count`
    (people the row stands for; 1 where absent), `weight` (raking weight of each; none where absent), one boolean
    `reason_<code>` for every code of `reasons`, and one column for every code of `dimensions` (blank = not known).
    """

    reasons: tuple[str, ...]
    dimensions: tuple[str, ...] = ()

    @property
    def reason_columns(self) -> tuple[str, ...]:
        return tuple(REASON_PREFIX + code for code in self.reasons)


def check_frame(frame: pd.DataFrame, columns: RespondentColumns) -> pd.DataFrame:
    """A checked copy with every column present and typed: booleans, codes without blanks, whole counts.

    Shape: the same rows, columns of `RespondentColumns`. Errors: FrameNotAsExpected, naming the first rows at fault.
    """
    missing = [c for c in (ROLE, AREA, LEAVING_TYPE, *columns.reason_columns, *columns.dimensions) if c not in frame]
    if missing:
        raise FrameNotAsExpected(f"missing columns: {', '.join(missing)}")
    checked = pd.DataFrame(index=frame.index)
    for name in (ROLE, AREA):
        checked[name] = _codes(frame, name)
    checked[LEAVING_TYPE] = _one_of(frame, LEAVING_TYPE, LEAVING_TYPES)
    for name in (ANSWERED, SECRET):
        checked[name] = _booleans(frame[name]) if name in frame else True
    checked[COUNT] = _whole_counts(frame[COUNT]) if COUNT in frame else 1
    if WEIGHT in frame:
        checked[WEIGHT] = _weights(frame[WEIGHT])
    for name in columns.reason_columns:
        checked[name] = _booleans(frame[name])
    for name in columns.dimensions:
        checked[name] = frame[name].astype("string").fillna("").str.strip().replace("", "not_known")
    return checked


def as_main_reason(frame: pd.DataFrame, reasons: Sequence[str]) -> pd.DataFrame:
    """The same respondents counted by `main_reason` alone: its own source, whose base is those who named one."""
    if MAIN_REASON not in frame:
        raise FrameNotAsExpected(f"missing columns: {MAIN_REASON}")
    main = frame.copy()
    named = main[MAIN_REASON].astype("string").fillna("")
    unknown = sorted(set(named) - {"", *reasons})
    if unknown:
        raise FrameNotAsExpected(f"{MAIN_REASON} holds codes that are no reasons: {', '.join(unknown)}")
    answered = _booleans(main[ANSWERED]) if ANSWERED in main else True
    main[ANSWERED] = answered & (named != "")
    for code in reasons:
        main[REASON_PREFIX + code] = named == code
    return main


def _fault(series: pd.Series, is_bad: pd.Series, wanted: str) -> FrameNotAsExpected:
    rows = ", ".join(f"row {row!r} has {series.loc[row]!r}" for row in series.index[is_bad][:ROWS_NAMED])
    return FrameNotAsExpected(f"{series.name}: {rows} ({int(is_bad.sum())} in all); {wanted}")


def _codes(frame: pd.DataFrame, name: str) -> pd.Series:
    codes = frame[name].astype("string").str.strip()
    is_bad = codes.isna() | (codes == "") | (codes == "*")
    if is_bad.any():
        raise _fault(frame[name], is_bad, "give every row a code other than *")
    return codes


def _one_of(frame: pd.DataFrame, name: str, allowed: Iterable[str]) -> pd.Series:
    is_bad = ~frame[name].isin(list(allowed))
    if is_bad.any():
        raise _fault(frame[name], is_bad, f"use one of {', '.join(allowed)}")
    return frame[name].astype("string")


def _booleans(series: pd.Series) -> pd.Series:
    if series.dtype == bool:
        return series
    is_bad = ~series.isin([True, False])
    if is_bad.any():
        raise _fault(series, is_bad, "use true or false; a skipped question is answered = false")
    return series.astype(bool)


def _whole_counts(series: pd.Series) -> pd.Series:
    if series.dtype == "int64" and (series >= 0).all():
        return series
    numbers = pd.to_numeric(series, errors="coerce")
    is_bad = numbers.isna() | (numbers < 0) | (numbers % 1 != 0)
    if is_bad.any():
        raise _fault(series, is_bad, "use whole numbers from 0")
    return numbers.astype("int64")


def _weights(series: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(series, errors="coerce")
    is_bad = numbers.isna() | (numbers < 0)
    if is_bad.any():
        raise _fault(series, is_bad, "use numbers from 0")
    return numbers.astype("float64")
