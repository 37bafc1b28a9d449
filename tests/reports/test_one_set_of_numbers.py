"""Screen, workbook, pictures and document hold the same numbers: whatever one serves, the tables of a page hold."""

import html
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import openpyxl
import pytest
from flask.testing import FlaskClient
from lxml import html as markup

from surveyapp.reports.staff_routes import PAGES

pytestmark = pytest.mark.one_backend

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
CHART = re.compile(r'data-chart="([^"]*)"')
Grid = list[list[str]]


def plain(text: str) -> str:
    """A cell without its clothes: `46%` and `46` alike, `fewer than 3` as `<3`."""
    text = " ".join(text.split()).removesuffix(" hidden: why?").removesuffix("%").replace(",", "")
    if found := re.fullmatch(r"fewer than (\d+)", text):
        return f"<{found[1]}"
    if found := re.fullmatch(r"(\d+) or more", text):
        return f">={found[1]}"
    return text.removeprefix("'")


def tables_on_screen(body: str) -> dict[str, Grid]:
    """The tables of a page by caption: their body cells."""
    found = {}
    for table in markup.fromstring(body).iter("table"):
        caption = table.find("caption")
        rows = [[plain(cell.text_content()) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if caption is not None:
            found[" ".join(caption.text_content().split())] = rows[1:]
    return found


def tables_in_workbook(content: bytes) -> dict[str, Grid]:
    """The tables of a workbook by title; the first sheet tells about the page."""
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets[1:]:
        rows = [["" if cell is None else plain(str(cell)) for cell in row] for row in sheet.iter_rows(values_only=True)]
        body = rows[3:]
        end = next((at for at, row in enumerate(body) if not any(row)), len(body))
        found[str(sheet.cell(1, 1).value)] = body[:end]
    return found


def allowed_from(body: str) -> set[float]:
    """Every number that the tables of a page show, headings included."""
    texts = (" ".join(table.itertext()) for table in markup.fromstring(body).iter("table"))
    return {float(found.replace(",", "")) for text in texts for found in NUMBER.findall(text)}


def test_a_workbook_holds_exactly_the_tables_of_its_screen(lead: FlaskClient) -> None:
    compared = 0
    for name in PAGES:
        address = f"/{name}" if name else ""
        screen = tables_on_screen(lead.get(f"/themes{address}").get_data(as_text=True))
        book = tables_in_workbook(lead.get(f"/themes/files/xlsx{address}").data)
        for title, rows in book.items():
            shown = [[cell for cell in row] for row in screen[title]]
            assert shown == [row[: len(shown[0])] for row in rows] if shown else not rows, (name, title)
            compared += len(rows)
    assert compared > 200


def test_the_document_holds_only_tables_that_its_pages_show(lead: FlaskClient) -> None:
    pages = [lead.get(f"/themes/{name}" if name else "/themes").get_data(as_text=True) for name in PAGES]
    shown = {tuple(row) for body in pages for grid in tables_on_screen(body).values() for row in grid}
    document = tables_on_screen(lead.get("/reports/report.html").get_data(as_text=True))
    rows = [tuple(row) for title, grid in document.items() if not title.startswith("Every reason") for row in grid]
    assert len(rows) > 100
    assert [row for row in rows if row not in shown] == []


def test_a_picture_shows_no_number_that_its_tables_do_not(lead: FlaskClient) -> None:
    drawn = 0
    for name in PAGES:
        body = lead.get(f"/themes/{name}" if name else "/themes").get_data(as_text=True)
        allowed = allowed_from(body)
        for found in CHART.findall(body):
            figure = json.loads(html.unescape(found))
            drawn += 1
            for trace in figure["data"]:
                if trace.get("mode") == "markers":
                    assert _on_axis(trace, "x") <= allowed or _on_axis(trace, "y") <= allowed, (name, trace)
                assert set(_labels(trace)) <= allowed, (name, trace)
    assert drawn > 8


def _on_axis(trace: dict[str, list[object]], axis: str) -> set[float]:
    """The numbers a trace's marks stand at on one axis; the other one counts rows or names quarters."""
    return {float(one) for one in trace[axis] if isinstance(one, float | int)} or {-1.0}


def _labels(trace: dict[str, object]) -> Iterator[float]:
    """What a reader of the chart's JSON could read off: its texts and hover data; positions are derived from them."""
    for key in ("text", "customdata", "hovertext"):
        values = trace.get(key)
        for text in values if isinstance(values, list) else [values]:
            for found in NUMBER.findall(str(text)) if text is not None else ():
                yield float(found.replace(",", ""))


def test_a_saved_picture_is_well_formed_and_its_percents_stand_in_its_table(lead: FlaskClient) -> None:
    body = lead.get("/themes/areas").get_data(as_text=True)
    allowed = allowed_from(body)
    picture = ElementTree.fromstring(lead.get("/themes/files/svg/by-area/areas").get_data(as_text=True))
    texts = ["".join(one.itertext()) for one in picture.iter() if one.tag.endswith("text")]
    shown = {float(text.removesuffix("%")) for text in texts if re.fullmatch(r"\d+%", text)}
    ticks = {float(10 * n) for n in range(11)}
    assert shown
    assert shown <= allowed | ticks
