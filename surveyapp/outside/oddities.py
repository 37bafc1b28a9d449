"""Traces a spreadsheet or a survey tool leaves in whole columns: dates made of bands, rounded numbers, placeholders."""

import re
from collections.abc import Collection, Iterator

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
            wanted = "a spreadsheet has turned this band into a date; take the file as it was before, or recode it"
            yield from (Fault(number, heading, cell, wanted) for number, cell in made)
        else:
            yield Warned(heading, f"A spreadsheet has turned {len(made)} cells into dates. The column is not used.")


def rounded_numbers(table: Table) -> Iterator[Warned]:
    """Columns of long numbers that a spreadsheet has rounded: rows can no longer be told apart by them."""
    for at, heading in enumerate(table.headings):
        cells = [fold(row.cells[at]) for row in table.rows]
        found = [cell for cell in cells if ROUNDED.match(cell)]
        if found:
            said = f"A spreadsheet has rounded {len(found)} numbers, {len(set(found))} different ones are left."
            yield Warned(heading, f"{said} Do not match rows by them.")


def placeholders(table: Table, columns: Collection[str]) -> Iterator[Warned]:
    """Answers that still hold a survey tool's placeholder, such as `%[Institute]Q25LBL%`; they are kept."""
    for column in columns:
        for cell in sorted({cell for cell in table.column(column) if PLACEHOLDER.search(cell)}):
            yield Warned(column, f"An answer holds a placeholder that was never filled in: {cell!r}. It was kept.")


def bad_numbers(table: Table, check: Check) -> Iterator[Fault]:
    """The cells of a column that are no whole number between the two bounds of its check, row by row."""
    at = table.position(check.column)
    for row in table.rows:
        cell = fold(row.cells[at])
        if not (re.fullmatch(r"[+-]?\d+", cell) and check.least <= int(cell) <= check.most):
            yield Fault(row.number, check.column, cell, f"a whole number from {check.least} to {check.most} is wanted")
