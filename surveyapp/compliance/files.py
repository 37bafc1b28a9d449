"""The board as files: CSV and XLSX, from the one typed table that the page shows too."""

import csv
from io import BytesIO, StringIO

from analytics.heavy import xlsxwriter
from analytics.tables import Cell, OperationalTable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: OperationalTable) -> bytes:
    """Codes as headings, UTF-8 with the mark by which spreadsheets know it; no cell is taken for a formula."""
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([column.code for column in table.columns])
    for row in table.rows:
        writer.writerow([_guarded(cell) for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _guarded(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell


def as_xlsx(table: OperationalTable, headings: tuple[str, ...], title: str) -> bytes:
    """A workbook of one sheet: headings in the reader's language, numbers as numbers, strings never formulas."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("board")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.write(0, 0, f"{title}. {table.window}")
        for position, heading in enumerate(headings):
            sheet.write(2, position, heading, bold)
        for number, row in enumerate(table.rows, start=3):
            for position, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, position, cell)
        sheet.freeze_panes(3, 2)
        sheet.set_column(0, 1, 22)
    return stream.getvalue()
