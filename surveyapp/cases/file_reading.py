"""Reads a file of rows, CSV or XLSX, one by one in little memory; the heading row is checked, nothing is guessed."""

import codecs
import csv
import unicodedata
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import chain, islice
from typing import Any, BinaryIO

from surveyapp.cases import row_faults as f
from surveyapp.cases.row_faults import RowFault
from surveyapp.languages import ENGLISH, N_, gettext

COLUMNS = (
    "staff_number",
    "name",
    "work_email",
    "personal_email",
    "phone",
    "agency",
    "area",
    "job_role",
    "grade",
    "line_manager_email",
    "manager_line",
    "start_date",
    "notice_date",
    "last_working_day",
    "leaving_type",
    "working_pattern",
    "language",
    "status",
    "kind",
)
ALWAYS_NEEDED = ("staff_number", "name", "area", "job_role")
NEEDED_OF_LEAVERS = ("leaving_type", "last_working_day")
DELIMITERS = (",", ";", "\t")
LOOK_FOR_HEADING = 15
READ_AS_CP1252 = N_("The file is not in UTF-8. It was read as Windows text: check that names look right.")
OTHER_SHEETS = N_("Only the first sheet was read: %(sheet)s.")
OTHER_DELIMITER = N_("Cells are separated by %(delimiter)s, not by commas.")
NUMBERS_FOR_STAFF = N_("Staff numbers are stored as numbers, so leading zeros may be lost. Format the column as text.")

Cell = Any
"""Text; from XLSX also a number, a date or a truth value, as the spreadsheet holds it."""


Lines = Generator[list[Cell], None, None]
"""Rows still to be read; closing it lets go of the file."""


@dataclass(frozen=True)
class Heading:
    """The columns that a kind of file may have, those it always needs, and those it needs unless `unless` is there."""

    columns: tuple[str, ...]
    always: tuple[str, ...]
    needed: tuple[str, ...] = ()
    unless: str = ""


CASES = Heading(COLUMNS, ALWAYS_NEEDED, NEEDED_OF_LEAVERS, unless="kind")


class FileRefused(Exception):
    """The file cannot be read as rows of its kind at all; `faults` say why."""

    def __init__(self, faults: list[RowFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Warned:
    """Something to know about the whole file."""

    text: str
    values: dict[str, object]

    def __str__(self) -> str:
        return gettext(self.text, ENGLISH, **self.values)


@dataclass(frozen=True)
class RawRow:
    """One row as it stands: its number in the file, its cells by column, and how many cells were too many."""

    line: int
    cells: dict[str, Cell]
    n_extra: int = 0


@dataclass(frozen=True)
class RawFile:
    """An opened file: its columns, its rows still to be read, and what there is to know about it."""

    columns: tuple[str, ...]
    rows: Iterator[RawRow]
    warnings: list[Warned]


def open_file(stream: BinaryIO, suffix: str, heading: Heading = CASES) -> RawFile:
    """Open a file (of cases, unless another heading is given) by its suffix; raises FileRefused when it is no table or
    its heading row is not ours."""
    warnings: list[Warned] = []
    lines = _xlsx_lines(stream, warnings) if suffix.lower() == ".xlsx" else _csv_lines(stream, warnings)
    first = list(islice(lines, LOOK_FOR_HEADING))
    if not first:
        raise FileRefused([RowFault(1, "", "", f.NO_ROWS)])
    try:
        columns = _columns_of(first, heading)
    except FileRefused:
        lines.close()  # lets go of the file
        raise
    rows = (_raw_row(number, cells, columns) for number, cells in enumerate(chain(first[1:], lines), start=2))
    return RawFile(columns, (row for row in rows if row is not None), warnings)


def _raw_row(number: int, cells: list[Cell], columns: tuple[str, ...]) -> RawRow | None:
    """The row by column, None for an empty one."""
    if not any(cell not in ("", None) for cell in cells):
        return None
    extra = sum(cell not in ("", None) for cell in cells[len(columns) :])
    return RawRow(number, dict(zip(columns, cells, strict=False)), extra)


def _csv_lines(stream: BinaryIO, warnings: list[Warned]) -> Lines:
    encoding = "utf-8-sig"
    if not _is_utf8(stream):
        encoding = "cp1252"
        warnings.append(Warned(READ_AS_CP1252, {}))
    stream.seek(0)
    text = TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    heading = text.readline()
    if "\0" in heading:
        text.detach()  # the stream is for its opener to close
        raise FileRefused([RowFault(1, "", "", f.NOT_A_TABLE)])
    delimiter = max(DELIMITERS, key=lambda one: (heading.count(one), one == ","))
    if delimiter != ",":
        warnings.append(Warned(OTHER_DELIMITER, {"delimiter": "tab" if delimiter == "\t" else delimiter}))
    text.seek(0)
    csv.field_size_limit(100_000)
    return _csv_rows(text, delimiter)


def _csv_rows(text: TextIOWrapper, delimiter: str) -> Lines:
    try:
        yield from csv.reader(text, delimiter=delimiter)
    except csv.Error as error:
        raise FileRefused([RowFault(1, "", "", f.NOT_A_TABLE)]) from error
    finally:
        if not text.closed:
            text.detach()  # the stream is for its opener to close


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in iter(lambda: stream.read(1 << 16), b""):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _xlsx_lines(stream: BinaryIO, warnings: list[Warned]) -> Lines:
    """The first sheet's rows as the spreadsheet holds them; a formula is its text and is never worked out."""
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that web start-up need not pay

    try:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # whatever a damaged or hostile archive makes the reader raise
        raise FileRefused([RowFault(1, "", "", f.NOT_A_TABLE)]) from error
    sheet = book.worksheets[0]
    if len(book.worksheets) > 1:
        warnings.append(Warned(OTHER_SHEETS, {"sheet": sheet.title}))
    return _xlsx_rows(book, sheet)


def _xlsx_rows(book: Any, sheet: Any) -> Lines:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield list(row)
    finally:
        book.close()


def _columns_of(first: list[list[Cell]], heading: Heading) -> tuple[str, ...]:
    """The column names of the heading row; raises FileRefused with every fault of it."""
    names = _names(first[0])
    if not set(heading.always) <= set(names):
        for number, cells in enumerate(first[1:], start=2):
            if set(heading.always) <= set(_names(cells)):
                raise FileRefused([RowFault(1, "", str(first[0][0] or ""), f.SHIFTED, {"line": number})])
    faults = [RowFault(1, name, name, f.TWICE) for name in sorted(set(names)) if name and names.count(name) > 1]
    faults += [_unknown(name, heading.columns) for name in names if name and name not in heading.columns]
    needed = heading.always if heading.unless in names else heading.always + heading.needed
    faults += [RowFault(1, name, "", f.MISSING_COLUMN) for name in needed if name not in names]
    if faults:
        raise FileRefused(faults)
    return tuple(names)


def _unknown(name: str, columns: tuple[str, ...]) -> RowFault:
    if close := get_close_matches(name, columns, n=1, cutoff=0.75):
        return RowFault(1, name, name, f.LIKE_COLUMN, {"guess": close[0]})
    return RowFault(1, name, name, f.UNKNOWN_COLUMN, {"choices": ", ".join(columns)})


def _names(cells: Iterable[Cell]) -> list[str]:
    """The heading row's names, folded: case, blanks and hyphens do not matter; empty cells at the end are dropped."""
    names = ["_".join(fold(str(cell or "")).replace("-", " ").casefold().split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def fold(text: str) -> str:
    """A cell's text without blanks around it; hard spaces and full-width letters become ordinary ones."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()
