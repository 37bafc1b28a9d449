"""How every chart looks: one hue for data, a second for 'against expected', light grid, fixed scales, plain text."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

INK = "#0b0c0c"
QUIET = "#505a5f"
GRID = "#dcdfe1"
DATA = "#1d5a8e"
DATA_LIGHT = "#9dbdd8"
EXPECTED = "#b8500b"
PAPER = "#ffffff"
FONT = "Arial, Helvetica, sans-serif"
FONT_SIZE = 14
TOP = 26
"""Room above the first row for the words that say which mark is which."""
ROW_HEIGHT = 30
LABEL_WIDTH = 24  # characters before a label is broken over two lines
CHARACTER = 8.4  # average width of a character at FONT_SIZE, in pixels

Figure = dict[str, object]


@dataclass(frozen=True)
class ChartWords:
    """The words of one chart, already in the reader's language; counts and values come from the table."""

    title: str
    value_axis: str = ""
    base_axis: str = ""
    first: str = ""
    second: str = ""
    expected: str = "expected"
    centre: str = "centre"
    upper: str = "upper limit"
    lower: str = "lower limit"


@dataclass(frozen=True)
class Scale:
    """A value axis with a fixed range and ticks, so that a chart looks the same on screen, paper and file."""

    low: float
    high: float
    ticks: tuple[float, ...]


def scale_to(values: Sequence[float], floor: float = 0.0, ceiling: float | None = None) -> Scale:
    """A zero-based (or floor-based) scale that holds every value, with four to eight round ticks."""
    top = max([*values, floor])
    top = floor + 1 if top <= floor else top
    step = _round_step((top - floor) / 5)
    count = 1
    while floor + count * step < top - 1e-9:
        count += 1
    high = floor + count * step
    if ceiling is not None:
        high = min(high, ceiling)
    ticks = tuple(round(floor + i * step, 6) for i in range(count + 1) if floor + i * step <= high + 1e-9)
    return Scale(floor, high, ticks)


def months_scale(values: Sequence[float]) -> Scale:
    """From 0 to the last month, with ticks at quarters, half years or years."""
    last = max([*values, 1.0])
    step = next((months for months in (1, 3, 6, 12) if last / months <= 8), 24)
    return Scale(0.0, last, tuple(float(tick) for tick in range(0, int(last) + 1, step)))


def _round_step(raw: float) -> float:
    power = 1.0
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw - 1e-12)


def wrapped(label: str) -> str:
    """A label broken into lines of a readable width, joined as Plotly joins them."""
    return "<br>".join(textwrap.wrap(label, LABEL_WIDTH) or [""])


def longest_line(labels: Sequence[str]) -> int:
    return max((len(line) for label in labels for line in label.split("<br>")), default=0)


def number(value: float, unit: str = "") -> str:
    """A figure as text: whole where it is whole, else one decimal, with its unit ('%' stands without a space)."""
    text = f"{value:.0f}" if abs(value - round(value)) < 1e-9 else f"{value:.1f}"
    return f"{text}{unit}"


def axis(scale: Scale, title: str, unit: str = "") -> dict[str, object]:
    """A value axis."""
    return {
        "range": [scale.low, scale.high],
        "tickvals": list(scale.ticks),
        "ticktext": [number(tick, unit) for tick in scale.ticks],
        "title": {"text": title, "standoff": 10, "font": {"size": 13}},
        "gridcolor": GRID,
        "ticklabelstandoff": 4,
        "zeroline": True,
        "zerolinecolor": GRID,
        "zerolinewidth": 1,
        "showline": False,
        "fixedrange": True,
    }


def row_axis(labels: Sequence[str]) -> dict[str, object]:
    """A vertical axis with one row for each label, the first on top."""
    return {
        "range": [max(len(labels), 1) - 0.5, -0.5],
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "title": {"text": ""},
        "ticklabelstandoff": 8,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
    }


def note(x: float, y: float, text: str, colour: str = QUIET, **places: object) -> dict[str, object]:
    """A direct label; places are Plotly's anchors and references."""
    base: dict[str, object] = {"x": x, "y": y, "text": text, "showarrow": False, "font": {"color": colour, "size": 13}}
    return base | places


def layout(words: ChartWords, width: int, height: int, left: int, right: int = 24) -> dict[str, object]:
    """What all charts share."""
    return {
        "title": {"text": words.title, "x": 0, "xref": "container", "font": {"size": 16, "color": INK}},
        "font": {"family": FONT, "size": FONT_SIZE, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "showlegend": False,
        "width": None,
        "height": height,
        "margin": {"l": left, "r": right, "t": 48 if words.title else TOP, "b": 56},
        "meta": {"width": width},
        "template": "none",
        "hovermode": "closest",
    }


def row_layout(words: ChartWords, labels: Sequence[str], right: int = 56) -> dict[str, object]:
    """Layout of a chart with one row for each label."""
    lines = max((label.count("<br>") + 1 for label in labels), default=1)
    height = 130 + len(labels) * (ROW_HEIGHT if lines == 1 else ROW_HEIGHT + 12)
    left = int(longest_line(labels) * CHARACTER) + 18
    return layout(words, width=760, height=height, left=left, right=right)
