"""A plain scatter of two columns of a typed table: one dot a group, only chosen ones named, no line drawn through."""

from __future__ import annotations

from collections.abc import Collection

from analytics.chart_rows import checked_figure, rows_of, unit_of, value_of
from analytics.chart_style import DATA, INK, ChartWords, Figure, axis, layout, note, number, scale_to
from analytics.heavy import go
from analytics.tables import AnyTable


def scatter_chart(
    table: AnyTable, words: ChartWords, label: str, across: str, up: str, named: Collection[str] = ()
) -> Figure:
    """`across` and `up` from zero; rows without both values are left out. Groups in `named` are filled and labelled.

    No trend line is drawn: a slope over a dozen groups would say more than it knows.
    """
    rows = rows_of(table, label, across, up)
    drawn = [
        (str(row[label]), x, y)
        for row in rows
        if (x := value_of(row, across)) is not None and (y := value_of(row, up)) is not None
    ]
    wide, high = scale_to([x for _, x, _ in drawn]), scale_to([y for *_, y in drawn], ceiling=_ceiling(table, up))
    points = go.Scatter(
        x=[x for _, x, _ in drawn],
        y=[y for *_, y in drawn],
        mode="markers",
        cliponaxis=False,
        marker={
            "color": DATA,
            "opacity": 1,
            "size": 10,
            "symbol": ["circle" if name in named else "circle-open" for name, *_ in drawn],
            "line": {"width": 2, "color": DATA},
        },
        hoverinfo="text",
        hovertext=[
            f"{name}: {number(x, unit_of(table, across))}, {number(y, unit_of(table, up))}" for name, x, y in drawn
        ],
    )
    notes = [
        note(x, y, name, INK, xanchor="left" if x < wide.high * 0.7 else "right", yanchor="bottom", xshift=4)
        for name, x, y in drawn
        if name in named
    ]
    look = layout(words, width=760, height=420, left=64, right=48)
    look |= {
        "xaxis": axis(wide, words.base_axis, unit_of(table, across)),
        "yaxis": axis(high, words.value_axis, unit_of(table, up)),
    }
    return checked_figure([points], look | {"annotations": notes})


def _ceiling(table: AnyTable, column: str) -> float | None:
    return 100 if unit_of(table, column) == "%" else None
