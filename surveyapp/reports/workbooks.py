"""A report page or a whole report as an XLSX workbook: one sheet a table, the choices made on the first sheet."""

import io
import re
from collections.abc import Sequence

from analytics.heavy import xlsxwriter
from analytics.tables import AnyTable, Cell
from surveyapp.reports.files import FORMULA_STARTS

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def workbook(about: Sequence[tuple[str, str]], tables: Sequence[tuple[str, AnyTable]], about_name: str) -> bytes:
    """`about` is label and value of what the reader chose; `tables` are sheet names with typed tables."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_sheet_name(about_name, ()))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        for at, (label, value) in enumerate(about):
            sheet.write_string(at, 0, label, bold)
            sheet.write_string(at, 1, _guarded(value))
        names = [about_name]
        for name, table in tables:
            names.append(_sheet_name(name, names))
            _write(book.add_worksheet(names[-1]), table, bold)
    return out.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", table: AnyTable, bold: object) -> None:
    sheet.write_string(0, 0, table.title, bold)
    for at, column in enumerate(table.columns):
        sheet.write_string(2, at, column.heading, bold)
        sheet.set_column(at, at, 34 if at == 0 else 14)
    for number, row in enumerate(table.rows, start=3):
        for at, cell in enumerate(row):
            _write_cell(sheet, number, at, cell)
    sheet.freeze_panes(3, 1)
    for number, note in enumerate(table.notes, start=len(table.rows) + 4):
        sheet.write_string(number, 0, _guarded(note))


def _write_cell(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, _guarded(str(cell)))


def _guarded(text: str) -> str:
    """Text that a spreadsheet could take for a formula, after a copy or a save as CSV, begins with an apostrophe."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """At most 31 characters, none that workbooks forbid, none twice."""
    plain = FORBIDDEN.sub(" ", wanted).strip(" '") or "Sheet"
    name, number = plain[:LONGEST_NAME], 2
    while name.casefold() in {one.casefold() for one in taken}:
        ending = f" {number}"
        name, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name
