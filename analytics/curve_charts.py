"""Plotly figures with a curve or a run of time: funnel plots, control charts, survival (see analytics.charts)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analytics.chart_rows import checked_figure, line, rows_of, unit_of, value_of, values_of
from analytics.chart_style import (
    DATA,
    EXPECTED,
    INK,
    QUIET,
    ChartWords,
    Figure,
    axis,
    layout,
    months_scale,
    note,
    number,
    scale_to,
)
from analytics.funnel import Funnel
from analytics.heavy import go
from analytics.rate_funnel import RateFunnel
from analytics.tables import HIDDEN_SYMBOL, AnyTable
from analytics.trends import ControlChart

_LIMIT_STEPS = 60
_DASHES = ("solid", "dash", "dot", "dashdot")


def funnel_chart(
    table: AnyTable, words: ChartWords, funnel: Funnel | RateFunnel, label: str, value: str, base: str
) -> Figure:
    """Each unit's percentage against its base with 95% and 99.8% limits; only units beyond the outer ones are named."""
    rows = rows_of(table, label, value, base)
    drawn = [(row, v, b) for row in rows if (v := value_of(row, value)) is not None and (b := value_of(row, base))]
    across = scale_to([b for *_, b in drawn])
    up = scale_to([*(v for _, v, _ in drawn), 100 * funnel.centre * 1.2], ceiling=100)
    named = frozenset(funnel.named)
    points = go.Scatter(
        x=[b for *_, b in drawn],
        y=[v for _, v, _ in drawn],
        mode="markers",
        cliponaxis=False,
        marker={
            "color": DATA,
            "opacity": 1,
            "size": [12 if str(row[label]) in named else 9 for row, *_ in drawn],
            "symbol": ["circle" if str(row[label]) in named else "circle-open" for row, *_ in drawn],
            "line": {"width": 2, "color": DATA},
        },
        hoverinfo="text",
        hovertext=[f"{row[label]} {number(v, '%')}" for row, v, _ in drawn],
    )
    notes = [
        note(b, v, str(row[label]), INK, xanchor="left" if b < across.high * 0.7 else "right", yanchor="bottom")
        for row, v, b in drawn
        if str(row[label]) in named
    ]
    lines, line_notes = _funnel_lines(funnel, across.high, up.high, words)
    look = layout(words, width=760, height=440, left=64, right=96)
    look |= {"xaxis": axis(across, words.base_axis), "yaxis": axis(up, words.value_axis, "%")}
    return checked_figure([*lines, points], look | {"annotations": notes + line_notes})


def _funnel_lines(
    funnel: Funnel | RateFunnel, widest: float, top: float, words: ChartWords
) -> tuple[list[go.Scatter], list[dict[str, object]]]:
    bases = sorted({max(1, math.ceil(widest * (i / _LIMIT_STEPS) ** 2)) for i in range(1, _LIMIT_STEPS + 1)})
    limits = [funnel.limits(b) for b in bases]
    centre = 100 * funnel.centre
    lines = [line([0, widest], [centre, centre], EXPECTED)]
    notes = [note(1, centre, words.centre, EXPECTED, xref="paper", xanchor="left", xshift=6)]
    for which, dash, name in ((0, "dash", "95%"), (1, "solid", "99.8%")):
        for side in ("low", "high"):
            ends = [100 * getattr(pair[which], side) for pair in limits]
            lines.append(line(bases, [min(end, top) for end in ends], QUIET, 1.5, dash))
        notes.append(note(1, min(100 * limits[-1][which].high, top), name, xref="paper", xanchor="left", xshift=6))
    return lines, notes


def control_chart_figure(table: AnyTable, words: ChartWords, chart: ControlChart, period: str, value: str) -> Figure:
    """A series over time with its centre and limits; points that meet a rule are filled and larger."""
    rows = rows_of(table, period, value)
    unit = unit_of(table, value)
    values = [value_of(row, value) for row in rows]
    known = [v for v in values if v is not None]
    up = scale_to([*known, chart.upper or 0.0, chart.centre], ceiling=100 if unit == "%" else None)
    points = go.Scatter(
        x=list(range(len(rows))),
        y=values,
        mode="lines+markers",
        cliponaxis=False,
        connectgaps=False,
        line={"color": DATA, "width": 2},
        marker={
            "color": DATA,
            "opacity": 1,
            "size": [13 if i in chart.marked else 8 for i in range(len(rows))],
            "symbol": ["square" if i in chart.marked else "circle" for i in range(len(rows))],
        },
        hoverinfo="text",
        hovertext=[
            f"{row[period]}: {HIDDEN_SYMBOL if v is None else number(v, unit)}"
            for row, v in zip(rows, values, strict=True)
        ],
    )
    levels = [
        (chart.centre, words.centre, "solid"),
        (chart.upper, words.upper, "dash"),
        (chart.lower, words.lower, "dash"),
    ]
    drawn = [(level, name, dash) for level, name, dash in levels if level is not None]
    last = max(len(rows) - 1, 1)
    lines = [line([0, last], [level, level], QUIET, 1.5, dash) for level, _, dash in drawn]
    notes = [
        note(1, level, f"{name} {number(round(level, 1), unit)}", xref="paper", xanchor="left", xshift=6)
        for level, name, _ in drawn
    ]
    look = layout(words, width=860, height=380, left=64, right=150)
    look |= {"xaxis": _period_axis([str(row[period]) for row in rows]), "yaxis": axis(up, words.value_axis, unit)}
    return checked_figure([*lines, points], look | {"annotations": notes})


def _period_axis(periods: Sequence[str]) -> dict[str, object]:
    """Every period has its place; at most eight are written out, the newest among them."""
    every = max(1, math.ceil(len(periods) / 8))
    shown = [i for i in range(len(periods)) if (len(periods) - 1 - i) % every == 0]
    return {
        "range": [-0.4, max(len(periods) - 1, 1) + 0.4],
        "tickvals": shown,
        "ticktext": [periods[i] for i in shown],
        "title": {"text": ""},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def survival_chart(table: AnyTable, words: ChartWords, group: str, months: str, percent: str) -> Figure:
    """Steps of the share still in post by months of service, a line for each group, named at its end."""
    rows = rows_of(table, group, months, percent)
    groups = list(dict.fromkeys(str(row[group]) for row in rows))
    traces, notes = [], []
    for i, name in enumerate(groups):
        mine = [row for row in rows if str(row[group]) == name and value_of(row, percent) is not None]
        x, y = values_of(mine, months), values_of(mine, percent)
        colour = DATA if i == 0 else QUIET
        traces.append(_steps(x, y, colour, _DASHES[i % len(_DASHES)]))
        if x:
            notes.append(note(x[-1], y[-1], f"{name} {number(y[-1], '%')}", colour, xanchor="left", xshift=6))
    across = months_scale(values_of(rows, months))
    look = layout(words, width=760, height=400, left=64, right=150)
    look |= {
        "xaxis": axis(across, words.base_axis),
        "yaxis": axis(scale_to([100], ceiling=100), words.value_axis, "%"),
    }
    return checked_figure(traces, look | {"annotations": notes})


def _steps(x: Sequence[float], y: Sequence[float], colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "width": 2, "dash": dash, "shape": "hv"},
        hoverinfo="text", hovertext=[number(v, "%") for v in y],
    )  # fmt: skip
