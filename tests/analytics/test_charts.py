"""Charts and their SVG: what they draw, and what can never be read from them."""

import json
from xml.etree import ElementTree

import pytest

from analytics import svg
from analytics.chart_rows import NoSuchColumn
from analytics.chart_style import EXPECTED, ChartWords, Figure, months_scale, scale_to
from analytics.charts import before_after_chart, dot_chart
from analytics.curve_charts import control_chart_figure, funnel_chart, survival_chart
from analytics.funnel import Unit, make_funnel
from analytics.tables import Column, OperationalTable
from analytics.trends import control_chart

WORDS = ChartWords(
    "Llwyth gwaith & mwy", "Canran", base_axis="Nifer", first="cyn", second="wedyn", expected="disgwyliedig"
)


def _reasons() -> OperationalTable:
    columns = [Column("area", "Area"), Column("n", "Number", "people"), Column("base", "Base", "people")]
    percents = [Column(code, code, "percent") for code in ("percent", "low", "high", "expected_percent")]
    rows = (
        ("Gwent", "25", 60, 42, 30, 55, 23),
        ("Powys <b>", "<3", 41, None, None, None, 20),
        ("Dyfed", "", None, None, None, None, None),
    )
    return OperationalTable("Reasons", (*columns, *percents), rows)


def _dots() -> Figure:
    return dot_chart(_reasons(), WORDS, "area", "percent", "low", "high", expected="expected_percent")


def _texts(figure: Figure) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]  # type: ignore[index]  # a figure is plain JSON


def _trace(figure: Figure, number: int) -> dict[str, object]:
    return figure["data"][number]  # type: ignore[index,no-any-return]  # as above


def test_a_masked_row_keeps_its_place_and_shows_its_mask() -> None:
    figure = _dots()
    assert _trace(figure, 0)["y"] == [0]
    assert {"42%", "<3", "[c]"} <= set(_texts(figure))
    assert figure["layout"]["yaxis"]["ticktext"] == ["Gwent", "Powys <b>", "Dyfed"]  # type: ignore[index]


def test_a_dot_has_its_interval_and_a_diamond_for_what_is_expected() -> None:
    dots, diamonds = _trace(_dots(), 0), _trace(_dots(), 1)
    assert dots["error_x"]["arrayminus"] == [12] and dots["error_x"]["array"] == [13]  # type: ignore[index]
    assert diamonds["x"] == [23, 20]
    assert diamonds["marker"]["symbol"] == "diamond-open" and diamonds["marker"]["color"] == EXPECTED  # type: ignore[index]
    assert "◇ disgwyliedig" in _texts(_dots())


def test_the_second_hue_is_kept_for_what_is_expected() -> None:
    assert EXPECTED not in json.dumps(dot_chart(_reasons(), WORDS, "area", "percent"))


def test_every_figure_is_plain_json_without_a_scheme_of_its_own() -> None:
    for figure in _all_figures():
        text = json.dumps(figure)
        assert "bdata" not in text
        assert "plotly.com" not in text


def _all_figures() -> list[Figure]:
    pair = OperationalTable(
        "Pair",
        (Column("place", "Place"), Column("before", "Before", "percent"), Column("after", "After", "percent")),
        (("Acted on", 46, 31), ("Elsewhere", 27, None)),
    )
    quarters = OperationalTable(
        "Series",
        (Column("quarter", "Quarter"), Column("percent", "Percent", "percent")),
        tuple((f"Q{i}", None if i == 7 else 20 + i % 3 if i != 12 else 70) for i in range(16)),
    )
    months = OperationalTable(
        "Months",
        (Column("group", "Group"), Column("months", "Months"), Column("percent", "Percent", "percent")),
        tuple((group, m, 100 - m) for group in ("a", "b") for m in (0, 3, 6, 12, 24)),
    )
    units = [Unit(f"Area {i}", 60, 100) for i in range(9)] + [Unit("Area far", 20, 100)]
    places = OperationalTable(
        "Funnel",
        (Column("area", "Area"), Column("base", "Base"), Column("percent", "Percent", "percent")),
        tuple((unit.name, unit.base, unit.n) for unit in units),
    )
    series = control_chart([row["percent"] for row in quarters.records()], 0, 100)  # type: ignore[misc]  # numbers by make
    return [
        _dots(),
        dot_chart(_reasons(), WORDS, "area", "percent"),
        before_after_chart(pair, WORDS, "place", "before", "after"),
        control_chart_figure(quarters, WORDS, series, "quarter", "percent"),
        survival_chart(months, WORDS, "group", "months", "percent"),
        funnel_chart(places, WORDS, make_funnel(units), "area", "percent", "base"),
    ]


def test_value_axes_start_at_zero() -> None:
    for figure in _all_figures()[:5]:
        layout = figure["layout"]
        ranges = [layout[axis]["range"][0] for axis in ("xaxis", "yaxis")]  # type: ignore[index]
        assert 0 in ranges


def test_a_funnel_plot_names_only_what_lies_beyond_its_outer_limits() -> None:
    texts = _texts(_all_figures()[5])
    assert [text for text in texts if text.startswith("Area")] == ["Area far"]
    assert {"95%", "99.8%"} <= set(texts)


def test_a_marked_point_differs_by_shape_and_a_gap_stays_a_gap() -> None:
    points = _trace(_all_figures()[3], 3)
    assert points["y"][7] is None and points["connectgaps"] is False  # type: ignore[index]
    assert points["marker"]["symbol"][12] == "square"  # type: ignore[index]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchColumn, match="percentage"):
        dot_chart(_reasons(), WORDS, "area", "percentage")


def test_every_figure_can_be_drawn_without_a_browser() -> None:
    for figure in _all_figures():
        drawing = svg.draw(figure)
        tree = ElementTree.fromstring(drawing)
        assert tree.tag.endswith("svg")
        words = "".join(tree.itertext())
        assert "Llwyth gwaith & mwy" in words
        for text in _texts(figure):
            assert text in words
        assert "NaN" not in drawing and "None" not in drawing


def test_hostile_labels_stay_text_in_the_drawing() -> None:
    drawing = svg.draw(_dots())
    assert "<b>" not in drawing
    assert "Powys &lt;b&gt;" in drawing


@pytest.mark.parametrize(("values", "high"), [([46.0], 50), ([3.0], 3), ([], 1), ([0.0], 1), ([100.0], 100)])
def test_scales_have_few_round_ticks(values: list[float], high: float) -> None:
    scale = scale_to(values, ceiling=100)
    assert (scale.low, scale.high) == (0, pytest.approx(high))
    assert 2 <= len(scale.ticks) <= 9


def test_a_table_without_rows_still_makes_a_picture() -> None:
    empty = OperationalTable("Empty", (Column("area", "Area"), Column("percent", "Percent", "percent")), ())
    assert "svg" in svg.draw(dot_chart(empty, WORDS, "area", "percent"))


def test_months_are_ticked_in_quarters_or_years() -> None:
    assert months_scale([24.0]).ticks == (0, 3, 6, 9, 12, 15, 18, 21, 24)
    assert months_scale([60.0]).ticks == (0, 12, 24, 36, 48, 60)
