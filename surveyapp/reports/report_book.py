"""The report of a release as a workbook: its words on the first sheet, then a sheet for each table."""

from analytics.report import BulletList, ChartBlock, Heading, Paragraph, ReadingGuide, Report, TableBlock
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.workbooks import workbook


def as_workbook(report: Report, reading: Reading) -> bytes:
    """Words in reading order; the tables of charts stand for the charts."""
    words: list[tuple[str, str]] = []
    for block in report.blocks:
        match block:
            case Heading(text=text):
                words.append((text, ""))
            case Paragraph(text):
                words.append(("", text))
            case BulletList(lines) | ReadingGuide(lines=lines):
                words += [("", line) for line in lines]
            case _:
                continue
    tables = [
        (block.table.title, block.table) for block in report.blocks if isinstance(block, (TableBlock, ChartBlock))
    ]
    return workbook(words, tables, _("About", reading.language))
