"""Traces a spreadsheet or a survey tool leaves in whole columns: dates made of bands, rounded numbers, placeholders."""

import re
from collections.abc import Collection, Iterator

from surveyapp.outside import fault_texts as t
from surveyapp.outside.faults import Fault, Warned
from surveyapp.outside.mapping import Check
from surveyapp.outside.reading import Table, fold

MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
MADE_DATE = re.compile(rf"^(\d{{1,2}}-({MONTHS})|({MONTHS})-\d{{2}}|\d{{4}}-\d\d-\d\d 00:00:00)$", re.IGNORECASE)
ROUNDED = re.compile(r"^\d(\.\d+)?E\+?\d{2,}$", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\[?[A-Za-z0-9 ]+\][A-Za-z0-9]*%")


def made_dates(table: Table, used: Collection[str], date_column: str) -> Iterator[Fault | Warned]:
    """Columns whose bands (2-4, 11-20) a spreadsheet has turned into dates: a fault where the mapping reads them."""
    names = {fold(name) for name in used}
    for at, heading in enumerate(table.headings):
        cells = [(row.number, fold(row.cells[at])) for row in table.rows]
        made = [(number, cell) for number, cell in cells if MADE_DATE.match(cell)]
        others = {cell for _, cell in cells if cell and not MADE_DATE.match(cell)}
        if not made or not others or heading == fold(date_column):
            continue
        if heading in names:
            yield from (Fault(number, heading, cell, t.BAND_MADE_DATE) for number, cell in made)
        else:
            yield Warned(heading, t.DATES_MADE, {"n": len(made)})


def rounded_numbers(table: Table) -> Iterator[Warned]:
    """Columns of long numbers that a spreadsheet has rounded: rows can no longer be told apart by them."""
    for at, heading in enumerate(table.headings):
        cells = [fold(row.cells[at]) for row in table.rows]
        found = [cell for cell in cells if ROUNDED.match(cell)]
        if found:
            yield Warned(heading, t.NUMBERS_ROUNDED, {"n": len(found), "left": len(set(found))})


def placeholders(table: Table, columns: Collection[str]) -> Iterator[Warned]:
    """Answers that still hold a survey tool's placeholder, such as `%[Institute]Q25LBL%`; they are kept."""
    for column in columns:
        for cell in sorted({cell for cell in table.column(column) if PLACEHOLDER.search(cell)}):
            yield Warned(column, t.PLACEHOLDER_KEPT, {"cell": cell})


def bad_numbers(table: Table, check: Check) -> Iterator[Fault]:
    """The cells of a column that are no whole number between the two bounds of its check, row by row."""
    at = table.position(check.column)
    for row in table.rows:
        cell = fold(row.cells[at])
        if not (re.fullmatch(r"[+-]?\d+", cell) and check.least <= int(cell) <= check.most):
            yield Fault(row.number, check.column, cell, t.BETWEEN, {"least": check.least, "most": check.most})
