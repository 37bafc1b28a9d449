"""Draws a figure of analytics.charts as SVG without a browser, for print, PDF and download.

Knows what those figures use and no more: lines, steps, markers, error bars, notes, two axes with fixed
ranges. Text is escaped; the picture has a title for screen readers and refers to nothing outside itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, cast

from analytics.chart_style import FONT, FONT_SIZE, GRID, INK, PAPER, Figure

_DASH = {"solid": "", "dash": "7 5", "dot": "2 4", "dashdot": "7 4 2 4"}
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}
_LINE_HEIGHT = 16

Part = Mapping[str, Any]


@dataclass(frozen=True)
class _Frame:
    """The plotting area in pixels and the ranges of both axes."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.top + self.height - (value - low) / (high - low) * self.height


def draw(figure: Figure, description: str = "") -> str:
    """The figure as one SVG element. description is read out by screen readers; the title stands when it is empty."""
    look = cast(Part, figure["layout"])
    margin, width, height = look["margin"], float(look["meta"]["width"]), float(look["height"])
    xaxis, yaxis = look["xaxis"], look["yaxis"]
    frame = _Frame(
        left=margin["l"],
        top=margin["t"],
        width=width - margin["l"] - margin["r"],
        height=height - margin["t"] - margin["b"],
        x_range=(xaxis["range"][0], xaxis["range"][1]),
        y_range=(yaxis["range"][0], yaxis["range"][1]),
    )
    title = str(look["title"].get("text") or "")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="{escape(FONT)}" font-size="{FONT_SIZE}" role="img">',
        f"<title>{escape(_plain(description or title))}</title>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        _text(0, 22, title, INK, "start", size=16) if title else "",
        *_axes(frame, xaxis, yaxis),
        *(shape for trace in cast(Sequence[Part], figure["data"]) for shape in _trace(frame, trace)),
        *(_note(frame, item) for item in look.get("annotations", ())),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    return text.replace("<br>", " ")


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int = FONT_SIZE, turn: bool = False) -> str:
    """Text with its lines (broken at <br>) centred on y."""
    lines = text.split("<br>")
    start = y - (len(lines) - 1) * _LINE_HEIGHT / 2
    rows = "".join(
        f'<tspan x="{x:.1f}" y="{start + i * _LINE_HEIGHT:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    return f'<text fill="{colour}" font-size="{size}" text-anchor="{anchor}"{turned}>{rows}</text>'


def _axes(frame: _Frame, xaxis: Part, yaxis: Part) -> Iterable[str]:
    bottom = frame.top + frame.height
    for value, text in zip(xaxis["tickvals"], xaxis["ticktext"], strict=True):
        x = frame.x(value)
        if xaxis.get("showgrid", True):
            yield _stroke(x, frame.top, x, bottom, GRID, 1)
        yield _text(x, bottom + 18, text, INK, "middle", size=13)
    for value, text in zip(yaxis["tickvals"], yaxis["ticktext"], strict=True):
        y = frame.y(value)
        if yaxis.get("showgrid", True):
            yield _stroke(frame.left, y, frame.left + frame.width, y, GRID, 1)
        yield _text(frame.left - 10, y + 5, text, INK, "end", size=13)
    if xaxis["title"].get("text"):
        yield _text(frame.left + frame.width / 2, bottom + 42, xaxis["title"]["text"], INK, "middle", size=13)
    if yaxis["title"].get("text"):
        yield _text(16, frame.top + frame.height / 2, yaxis["title"]["text"], INK, "middle", size=13, turn=True)


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:g}"/>'


def _trace(frame: _Frame, trace: Part) -> Iterable[str]:
    mode = str(trace["mode"])
    if "lines" in mode:
        yield from _lines(frame, trace)
    if "markers" in mode:
        yield from _error_bars(frame, trace)
        yield from _markers(frame, trace)


def _stretches(trace: Part) -> Iterable[list[tuple[float, float]]]:
    """Runs of points without a gap."""
    run: list[tuple[float, float]] = []
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None or y is None:
            yield run
            run = []
        else:
            run.append((x, y))
    yield run


def _lines(frame: _Frame, trace: Part) -> Iterable[str]:
    line = trace["line"]
    dash = _DASH[line.get("dash", "solid")]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    for run in _stretches(trace):
        if len(run) > 1:
            path = _path(frame, run, is_stepped=line.get("shape") == "hv")
            yield f'<path d="{path}" fill="none" stroke="{line["color"]}" stroke-width="{line["width"]:g}"{dashed}/>'


def _path(frame: _Frame, run: Sequence[tuple[float, float]], is_stepped: bool) -> str:
    steps = [f"M{frame.x(run[0][0]):.1f} {frame.y(run[0][1]):.1f}"]
    for x, y in run[1:]:
        if is_stepped:
            steps.append(f"H{frame.x(x):.1f}V{frame.y(y):.1f}")
        else:
            steps.append(f"L{frame.x(x):.1f} {frame.y(y):.1f}")
    return "".join(steps)


def _error_bars(frame: _Frame, trace: Part) -> Iterable[str]:
    bars = trace.get("error_x")
    if not bars:
        return
    for x, y, right, left in zip(trace["x"], trace["y"], bars["array"], bars["arrayminus"], strict=True):
        yield _stroke(frame.x(x - left), frame.y(y), frame.x(x + right), frame.y(y), bars["color"], bars["thickness"])


def _markers(frame: _Frame, trace: Part) -> Iterable[str]:
    marker = trace["marker"]
    points = list(zip(trace["x"], trace["y"], strict=True))
    sizes = _each(marker["size"], len(points))
    symbols = _each(marker["symbol"], len(points))
    for (x, y), size, symbol in zip(points, sizes, symbols, strict=True):
        if x is not None and y is not None:
            yield _marker(frame.x(x), frame.y(y), float(size) / 2, str(symbol), marker["color"])


def _each(value: object, length: int) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value] * length


def _marker(x: float, y: float, r: float, symbol: str, colour: str) -> str:
    is_open = symbol.endswith("-open")
    paint = f'fill="{PAPER if is_open else colour}" stroke="{colour}" stroke-width="2"'
    match symbol.removesuffix("-open"):
        case "diamond":
            r *= 1.3
            return f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z" {paint}/>'
        case "square":
            return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}" {paint}/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {paint}/>'


def _note(frame: _Frame, item: Part) -> str:
    x = frame.left + item["x"] * frame.width if item.get("xref") == "paper" else frame.x(item["x"])
    y = frame.y(item["y"]) + {"bottom": -8, "top": 18}.get(item.get("yanchor", "middle"), 5)
    anchor = _ANCHOR[item.get("xanchor", "center")]
    return _text(x + item.get("xshift", 0), y, item["text"], item["font"]["color"], anchor, size=item["font"]["size"])
