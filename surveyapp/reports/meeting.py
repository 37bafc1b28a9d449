"""A report as a Word document for a meeting: the first page, every chapter's sentences, and the narrower tables."""

import io

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from analytics.report import Block, BulletList, ChartBlock, Heading, Paragraph, ReadingGuide, Report, TableBlock
from analytics.tables import AnyTable
from surveyapp.reports.paper import cell_words

WIDEST = 8
LANGUAGE_TAGS = {"en": "en-GB", "cy": "cy-GB"}


def as_docx(report: Report) -> bytes:
    """Headings, lists and tables in Word's own styles, with marked heading rows and the document's language."""
    made = docx.Document()
    made.core_properties.title = report.title
    made.core_properties.language = LANGUAGE_TAGS[report.language]
    for position, block in enumerate(report.blocks):
        if position == report.first_page:
            made.add_page_break()  # type: ignore[no-untyped-call]  # python-docx types only part of itself
        _add(made, block, report.language)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _add(made: Document, block: Block, language: str) -> None:
    match block:
        case Heading(text, level):
            made.add_heading(text, level - 1)
        case Paragraph(text):
            made.add_paragraph(text)
        case BulletList(items):
            for item in items:
                made.add_paragraph(item, style="List Bullet")
        case ReadingGuide(title, lines):
            made.add_heading(title, 2)
            for line in lines:
                made.add_paragraph(line, style="List Bullet")
        case TableBlock(table) | ChartBlock(_, table, _):
            _add_table(made, table, language)


def _add_table(made: Document, table: AnyTable, language: str) -> None:
    if len(table.columns) > WIDEST or not table.rows:
        return
    made.add_paragraph(table.title, style="Caption")
    grid = made.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.text = column.heading
    _repeat_heading(grid.rows[0]._tr)
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, column, value in zip(cells, table.columns, row, strict=True):
            cell.text = cell_words(value, column.unit, language)
            if column.unit:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph()


def _repeat_heading(row: object) -> None:
    """The heading row is marked as one, and stands again on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]  # python-docx has no types for it
