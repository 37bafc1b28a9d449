"""Plotly figures, as plain dictionaries, from typed tables: shown and masked values only, never a count behind a mask.

Every function takes a ReleasedTable, OperationalTable or ReferenceTable and the codes of the columns to draw, keeps the
table's order, and returns a figure fit for JSON. A row without a value (masked or hidden) keeps its place and shows the
text of its `n` column, or "[c]". Cleveland's dot plots (1985). Raises NoSuchColumn for a column the table lacks.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.chart_rows import Row, checked_figure, line, rows_of, unit_of, value_of, values_of
from analytics.chart_style import (
    DATA,
    DATA_LIGHT,
    EXPECTED,
    INK,
    ChartWords,
    Figure,
    axis,
    note,
    number,
    row_axis,
    row_layout,
    scale_to,
    wrapped,
)
from analytics.heavy import go
from analytics.tables import HIDDEN_SYMBOL, AnyTable


def _gaps(rows: Sequence[Row], column: str, expected: str = "") -> list[dict[str, object]]:
    """The text that stands in the row of a masked or hidden value, right of the diamond where there is one."""
    return [
        note(_or(value_of(row, expected), 0), i, str(row.get("n") or HIDDEN_SYMBOL), xanchor="left", xshift=10)
        for i, row in enumerate(rows)
        if value_of(row, column) is None
    ]


def dot_chart(
    table: AnyTable, words: ChartWords, label: str, value: str, low: str = "", high: str = "", expected: str = ""
) -> Figure:
    """A dot with its interval for every row, and a diamond for what is expected when that column is named."""
    rows = rows_of(table, label, value, low, high, expected)
    unit = unit_of(table, value)
    labels = [wrapped(str(row[label])) for row in rows]
    scale = scale_to(values_of(rows, value, low, high, expected), ceiling=100 if unit == "%" else None)
    drawn = [(i, row, v) for i, row in enumerate(rows) if (v := value_of(row, value)) is not None]
    ends = [max(v, _or(value_of(row, high), v), _or(value_of(row, expected), v)) for _, row, v in drawn]
    traces = [_dots(drawn, [low, high], unit, words)]
    notes = _gaps(rows, value, expected) + [
        note(end, i, number(v, unit), INK, xanchor="left", xshift=10)
        for (i, _, v), end in zip(drawn, ends, strict=True)
    ]
    if expected:
        marks = [(i, v) for i, row in enumerate(rows) if (v := value_of(row, expected)) is not None]
        traces.append(_diamonds(marks, unit, words))
        notes += [_key(marks[0][1], -0.5, f"◇ {words.expected}", EXPECTED)] if marks else []
    look = row_layout(words, labels) | {"xaxis": axis(scale, words.value_axis, unit), "yaxis": row_axis(labels)}
    return checked_figure(traces, look | {"annotations": notes})


def _key(x: float, y: float, text: str, colour: str) -> dict[str, object]:
    """A direct label above the first row, instead of a legend."""
    return note(x, y, text, colour, xanchor="center", yanchor="bottom")


def _dots(drawn: Sequence[tuple[int, Row, float]], ends: Sequence[str], unit: str, words: ChartWords) -> go.Scatter:
    low, high = ends
    reach = [(v - _or(value_of(row, low), v), _or(value_of(row, high), v) - v) for _, row, v in drawn]
    return go.Scatter(
        x=[v for *_, v in drawn],
        y=[i for i, *_ in drawn],
        mode="markers",
        cliponaxis=False,
        name=words.value_axis,
        marker={"color": DATA, "size": 11, "symbol": "circle"},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [right for _, right in reach],
            "arrayminus": [left for left, _ in reach],
            "color": DATA,
            "thickness": 2,
            "width": 0,
        },
        hoverinfo="text",
        hovertext=[number(v, unit) for *_, v in drawn],
    )


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _diamonds(marks: Sequence[tuple[int, float]], unit: str, words: ChartWords) -> go.Scatter:
    return go.Scatter(
        x=[v for _, v in marks],
        y=[i for i, _ in marks],
        mode="markers",
        cliponaxis=False,
        name=words.expected,
        marker={"color": EXPECTED, "size": 12, "symbol": "diamond-open", "line": {"width": 2, "color": EXPECTED}},
        hoverinfo="text",
        hovertext=[f"{words.expected} {number(v, unit)}" for _, v in marks],
    )


def pair_chart(table: AnyTable, words: ChartWords, label: str, first: str, second: str) -> Figure:
    """Two values a row joined by a line: before (open) and after (filled), or main and contributing."""
    rows = rows_of(table, label, first, second)
    unit = unit_of(table, second)
    labels = [wrapped(str(row[label])) for row in rows]
    scale = scale_to(values_of(rows, first, second), ceiling=100 if unit == "%" else None)
    traces: list[object] = []
    notes: list[dict[str, object]] = []
    for i, row in enumerate(rows):
        a, b = value_of(row, first), value_of(row, second)
        if a is None or b is None:
            known = [v for v in (a, b) if v is not None]
            notes += [_with_gap(v, i, unit) for v in known]
            notes += [] if known else [note(0, i, HIDDEN_SYMBOL, xanchor="left", xshift=6)]
        if a is not None and b is not None:
            traces.append(line([a, b], [i, i], DATA_LIGHT, 3))
            notes += [_beside(a, b, i, unit), _beside(b, a, i, unit)]
    traces += [_ends(rows, first, "circle-open", words.first, unit), _ends(rows, second, "circle", words.second, unit)]
    notes += _pair_key(rows, first, second, words)
    look = row_layout(words, labels) | {"xaxis": axis(scale, words.value_axis, unit), "yaxis": row_axis(labels)}
    return checked_figure(traces, look | {"annotations": notes})


def before_after_chart(table: AnyTable, words: ChartWords, label: str, before: str, after: str) -> Figure:
    """A reason's share before and after an action, for the places acted on and elsewhere."""
    return pair_chart(table, words, label, before, after)


def _beside(value: float, other: float, row: int, unit: str) -> dict[str, object]:
    """The value's label on the side away from the other end."""
    is_right = value >= other
    return note(
        value, row, number(value, unit), INK, xanchor="left" if is_right else "right", xshift=10 if is_right else -10
    )


def _with_gap(value: float, row: int, unit: str) -> dict[str, object]:
    """The label of the one value that is shown, and that the other is not."""
    return note(value, row, f"{number(value, unit)} {HIDDEN_SYMBOL}", INK, xanchor="left", xshift=10)


def _pair_key(rows: Sequence[Row], first: str, second: str, words: ChartWords) -> list[dict[str, object]]:
    keys = []
    for column, other, text in ((first, second, f"○ {words.first}"), (second, first, f"● {words.second}")):
        value = value_of(rows[0], column) if rows else None
        if value is not None:
            is_right = value >= _or(value_of(rows[0], other), value - 1)
            keys.append(note(value, -0.5, text, DATA, xanchor="left" if is_right else "right", yanchor="bottom"))
    return keys


def _ends(rows: Sequence[Row], column: str, symbol: str, name: str, unit: str) -> go.Scatter:
    drawn = [(i, v) for i, row in enumerate(rows) if (v := value_of(row, column)) is not None]
    return go.Scatter(
        x=[v for _, v in drawn],
        y=[i for i, _ in drawn],
        mode="markers",
        cliponaxis=False,
        name=name,
        marker={"color": DATA, "size": 11, "symbol": symbol, "line": {"width": 2, "color": DATA}},
        hoverinfo="text",
        hovertext=[f"{name} {number(v, unit)}" for _, v in drawn],
    )
