"""Reads an outside file as it is, CSV or XLSX: text, row numbers and headings; what cannot be read is refused."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from surveyapp.outside import fault_texts as t
from surveyapp.outside.faults import Fault, FileRefused, Warned

MOST_FAULTS = 1000
LOST = "\ufffd"
MOST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, counted with the heading row, and its cells as written."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file's headings, folded, its rows, and what there is to know about it."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Warned, ...]

    def position(self, column: str) -> int:
        """Where a column stands; headings match after folding blanks. Errors: FileRefused (absent, or there twice)."""
        found = [at for at, heading in enumerate(self.headings) if heading == fold(column)]
        if len(found) != 1:
            raise FileRefused([Fault(0, column, "", t.COLUMN_TWICE if found else t.NO_COLUMN)])
        return found[0]

    def column(self, name: str) -> list[str]:
        """The folded cells of a column, row by row."""
        at = self.position(name)
        return [fold(row.cells[at]) for row in self.rows]


def fold(text: str) -> str:
    """Text without blanks around it; hard spaces, line breaks and runs of blanks become one space."""
    return " ".join(text.split())


def read_table(
    content: bytes, suffix: str, *, encoding: str = "auto", delimiter: str = ",", header_row: int = 1
) -> Table:
    """Read a whole file. Errors: FileRefused naming row, column and reason for everything that cannot be read."""
    warnings: list[Warned] = []
    if suffix.lower() == ".xlsx":
        records = list(_xlsx_records(content, warnings))
    else:
        records = _csv_records(_decoded(content, encoding, warnings), delimiter)
    if len(records) <= header_row:
        raise FileRefused([Fault(0, "", "", t.NO_ROWS)])
    body = [(number, cells) for number, cells in enumerate(records[header_row:], start=header_row + 1) if any(cells)]
    headings, body = _without_empty_columns(records[header_row - 1], body)
    faults = _heading_faults(headings, body, header_row, delimiter) or _row_faults(headings, body, header_row)
    if faults:
        raise FileRefused(faults[:MOST_FAULTS])
    return Table(tuple(map(fold, headings)), tuple(Row(number, tuple(cells)) for number, cells in body), (*warnings,))


def _decoded(content: bytes, encoding: str, warnings: list[Warned]) -> str:
    """The file's text. `auto` is UTF-8 with or without a mark, and Windows text (cp1252) where it is not UTF-8."""
    if b"\0" in content and encoding != "utf-16":
        raise FileRefused([Fault(0, "", "", t.NO_TEXT_FILE, remedy=t.EXPORT_AGAIN)])
    tried = {"auto": ("utf-8-sig", "cp1252"), "utf-8": ("utf-8-sig",)}.get(encoding, (encoding,))
    for at, name in enumerate(tried):
        try:
            text = content.decode(name)
        except UnicodeDecodeError as error:
            line, byte = content.count(b"\n", 0, error.start) + 1, content[error.start]
            fault = Fault(line, "", f"0x{byte:02X}", t.OTHER_ENCODING, {"encoding": name}, t.EXPORT_AGAIN)
            continue
        if at:
            warnings.append(Warned("", t.READ_AS_CP1252))
        return text
    raise FileRefused([fault])


def _csv_records(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise FileRefused([Fault(len(records) + 1, "", "", t.QUOTES_OPEN, remedy=t.EXPORT_AGAIN)]) from error
    return records


def _xlsx_records(content: bytes, warnings: list[Warned]) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that web start-up need not pay

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged or hostile archive makes the reader raise
        raise FileRefused([Fault(0, "", "", t.NO_WORKBOOK, remedy=t.EXPORT_AGAIN)]) from error
    if len(book.worksheets) > 1:
        warnings.append(Warned("", t.OTHER_SHEETS, {"sheet": book.worksheets[0].title}))
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield [_cell_text(cell) for cell in row]


def _cell_text(cell: Any) -> str:
    """A workbook's cell as text that shows what it is: TRUE, 2012, 2012-02-01 00:00:00, 6.34E+17."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d} 00:00:00"
    if isinstance(cell, int | float) and abs(cell) >= MOST_EXACT:
        return f"{cell:.14E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _without_empty_columns(
    headings: Sequence[str], body: list[tuple[int, list[str]]]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Without columns at the right end that hold nothing, neither heading nor cell."""
    width = max(_filled(headings), max((_filled(cells) for _, cells in body), default=0))
    return list(headings[:width]), [(number, cells[:width]) for number, cells in body]


def _filled(cells: Sequence[str]) -> int:
    return max((at + 1 for at, cell in enumerate(cells) if fold(cell)), default=0)


def _heading_faults(
    headings: Sequence[str], body: Sequence[tuple[int, list[str]]], header_row: int, delimiter: str
) -> list[Fault]:
    """Why the heading row is none: its length, a title above the table, merged cells, another delimiter."""
    filled = [heading for heading in headings if fold(heading)]
    if len(headings) == 1 and (other := next((one for one in ";\t|" if one != delimiter and one in headings[0]), "")):
        shown = "\\t" if other == "\t" else other
        return [Fault(header_row, "", headings[0], t.OTHER_DELIMITER, {"delimiter": shown})]
    widths = {len(cells) for _, cells in body}
    if len(filled) > 1 and len(filled) == len(headings) and widths and max(widths) < len(headings):
        counted = {"headings": len(headings), "cells": max(widths)}
        return [Fault(header_row, "", "", t.HEADING_SPLIT, counted)]
    if len(filled) == 1 and len(headings) > 1:
        return [Fault(header_row, "", filled[0], t.TITLE_ROW, remedy=t.UNPIVOT)]
    gaps = [at for at, heading in enumerate(headings) if not fold(heading)]
    return [
        Fault(header_row, "", "", t.HEADING_EMPTY, remedy=t.UNPIVOT, nth=at + 1)
        for at in gaps
        if any(len(cells) > at and fold(cells[at]) for _, cells in body)
    ]


def _row_faults(headings: Sequence[str], body: Sequence[tuple[int, list[str]]], header_row: int) -> list[Fault]:
    """Characters that were lost, and rows longer or shorter than the heading row."""
    faults = [
        Fault(
            number,
            _heading(headings, at) if number != header_row else "",
            cell,
            t.LOST_TEXT,
            {},
            t.EXPORT_AGAIN,
            at + 1,
        )
        for number, cells in [(header_row, list(headings)), *body]
        for at, cell in enumerate(cells)
        if LOST in cell
    ]
    faults += [
        Fault(number, "", "", t.ROW_LENGTH, {"headings": len(headings), "cells": len(cells)})
        for number, cells in body
        if len(cells) != len(headings)
    ]
    return sorted(faults, key=lambda fault: fault.row)


def _heading(headings: Sequence[str], at: int) -> str:
    return headings[at] if at < len(headings) else ""


BAND = re.compile(r"^(\d+)\s*(?:[-\u2013\u2014?]|\s)\s*(\d+)$")


def fold_band(text: str) -> str:
    """A band of numbers in one spelling: `26  30`, `26 – 30` and `26-30` are 26-30; other text is only folded."""
    found = BAND.match(fold(text))
    return f"{found[1]}-{found[2]}" if found else fold(text)
