"""What the chart modules share: reading typed tables, and figures checked by Plotly's own schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from analytics.chart_style import Figure
from analytics.heavy import go
from analytics.tables import AnyTable, Cell

Row = Mapping[str, Cell]


class NoSuchColumn(KeyError):
    """A chart was asked to draw a column that its table does not have."""


def rows_of(table: AnyTable, *columns: str) -> list[Row]:
    held = {column.code for column in table.columns}
    for code in columns:
        if code and code not in held:
            raise NoSuchColumn(code)
    return list(table.records())


def value_of(row: Row, column: str) -> float | None:
    """The cell as a number; text and empty cells (masked, hidden) are no number."""
    cell = row.get(column)
    return None if cell is None or isinstance(cell, str) else float(cell)


def values_of(rows: Sequence[Row], *columns: str) -> list[float]:
    return [value for row in rows for column in columns if (value := value_of(row, column)) is not None]


def unit_of(table: AnyTable, column: str) -> str:
    return "%" if any(c.code == column and c.unit == "percent" for c in table.columns) else ""


def checked_figure(traces: Sequence[object], look: Mapping[str, object]) -> Figure:
    """Checked by Plotly's own schema, then plain lists and dictionaries."""
    return cast(Figure, go.Figure(data=list(traces), layout=dict(look)).to_plotly_json())


def line(
    x: Sequence[float | None], y: Sequence[float | None], colour: str, width: float = 2, dash: str = "solid"
) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "width": width, "dash": dash}, hoverinfo="skip"
    )
