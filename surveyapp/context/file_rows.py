"""Turns one row of a file of context into a figure, or says everything that is wrong with it."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from surveyapp import clock
from surveyapp.cases import row_faults as f
from surveyapp.cases.file_reading import Cell, Heading, RawRow, fold
from surveyapp.cases.file_rows import DATE_MADE, ROUNDED, Vocabulary
from surveyapp.cases.row_faults import RowFault
from surveyapp.context.models import EVERY, Measure
from surveyapp.languages import N_

COLUMNS = ("measure", "period", "agency", "area", "role", "tenure_band", "value")
HEADING = Heading(COLUMNS, ("measure", "period", "value"))
TENURE_BANDS = ("lt2", "2to4", "5to9", "10plus", "not_known")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
NUMBER = re.compile(r"\d{1,8}(\.\d{1,4})?")
FIRST_YEAR = 1990
PEOPLE = (Measure.STARTERS,)

A_MONTH = N_("Write the month like 2026-03.")
NOT_OVER = N_("This month is not over yet. Take the row out until it is.")
TOO_OLD = N_("Check the year: the first month that is taken is %(first)s-01.")
A_NUMBER = N_("Write a number from 0 up, like 1204 or 37.5, without commas.")
A_WHOLE_NUMBER = N_("Write a whole number: starters are people.")
SAME_FIGURE = N_("Row %(line)s has the same measure, month and place. Keep one of them.")
NOT_YOUR_PLACE = N_("You cannot bring in figures for this place. Take the row out, or ask the central team.")


@dataclass(frozen=True, order=True)
class FigureKey:
    """Which figure: agency, measure, month, and Area, job role and band of service ('' is all of them)."""

    agency: str
    measure: Measure
    period: str
    area: str = EVERY
    role: str = EVERY
    tenure_band: str = EVERY


@dataclass(frozen=True)
class ReadFigure:
    """A row that was understood."""

    line: int
    key: FigureKey
    value: float


def read_figure(row: RawRow, vocabulary: Vocabulary) -> ReadFigure | list[RowFault]:
    """The row's figure, or all its faults."""
    reading = _Reading(row, vocabulary)
    if row.n_extra:
        reading.fault("", "", f.TOO_MANY_CELLS)
    measure, period, agency = reading.measure(), reading.period(), reading.agency()
    area = reading.place("area", vocabulary.areas, agency)
    role = reading.place("role", vocabulary.job_roles, agency)
    band, value = reading.band(), reading.value(measure)
    if reading.faults or measure is None:
        return reading.faults
    return ReadFigure(row.line, FigureKey(agency, measure, period, area, role, band), value)


class _Reading:
    """One row being read."""

    def __init__(self, row: RawRow, vocabulary: Vocabulary) -> None:
        self.row, self.vocabulary = row, vocabulary
        self.faults: list[RowFault] = []

    def fault(self, column: str, read: object, wanted: str, **values: object) -> None:
        self.faults.append(RowFault(self.row.line, column, str(read), wanted, values))

    def text(self, column: str) -> str:
        cell = self.row.cells.get(column)
        return "" if cell is None else fold(str(cell))

    def measure(self) -> Measure | None:
        read = self.text("measure")
        found = next((one for one in Measure if one == "_".join(read.casefold().replace("-", " ").split())), None)
        if found is None:
            self.fault("measure", read, f.ONE_OF if read else f.NOT_EMPTY, choices=", ".join(Measure))
        return found

    def period(self) -> str:
        """The month; a spreadsheet's own date is taken only where it is the first or the last day of one."""
        cell = self.row.cells.get("period")
        if isinstance(cell, datetime | date):
            return self._from_date(cell)
        read = self.text("period")
        found = MONTH.fullmatch(read)
        if found is None:
            wanted = f.DATE_MADE if DATE_MADE.fullmatch(read) else A_MONTH if read else f.NOT_EMPTY
            self.fault("period", read, wanted)
            return ""
        return self._checked(int(found[1]), int(found[2]), read)

    def _from_date(self, day: date) -> str:
        if day.day not in (1, monthrange(day.year, day.month)[1]):
            self.fault("period", f"{day:%Y-%m-%d}", A_MONTH)
            return ""
        return self._checked(day.year, day.month, f"{day:%Y-%m-%d}")

    def _checked(self, year: int, month: int, read: str) -> str:
        if year < FIRST_YEAR:
            self.fault("period", read, TOO_OLD, first=FIRST_YEAR)
        elif date(year, month, monthrange(year, month)[1]) > clock.today():
            self.fault("period", read, NOT_OVER)
        return f"{year}-{month:02d}"

    def agency(self) -> str:
        read = self.text("agency")
        if not read and self.vocabulary.own_agency:
            return self.vocabulary.own_agency
        found = self.vocabulary.agencies.get(read) or self.vocabulary.agencies.get(read.casefold())
        if found is None:
            self.fault("agency", read, f.NOT_A_PLACE if read else f.WHICH_AGENCY)
        return found or ""

    def place(self, column: str, known: dict[tuple[str, str], str], agency: str) -> str:
        """The code of an Area or job role; an empty cell means all of them."""
        read = self.text(column)
        if not read or not agency:
            return EVERY
        found = known.get((agency, read)) or known.get((agency, read.casefold()))
        if found is None:
            self.fault(column, read, f.DATE_MADE if DATE_MADE.fullmatch(read) else f.NOT_A_PLACE)
        return found or EVERY

    def band(self) -> str:
        read = self.text("tenure_band").casefold()
        if read and read not in TENURE_BANDS:
            wanted = f.DATE_MADE if DATE_MADE.fullmatch(read) else f.ONE_OF
            self.fault("tenure_band", read, wanted, choices=", ".join(TENURE_BANDS))
        return read

    def value(self, measure: Measure | None) -> float:
        cell: Cell = self.row.cells.get("value")
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._whole_where_people(float(cell), measure, cell) if 0 <= cell < 1e8 else self._no_number(cell)
        read = self.text("value")
        if not NUMBER.fullmatch(read):
            wanted = f.ROUNDED if ROUNDED.fullmatch(read) else A_NUMBER if read else f.NOT_EMPTY
            self.fault("value", read, wanted)
            return 0.0
        return self._whole_where_people(float(read), measure, read)

    def _whole_where_people(self, value: float, measure: Measure | None, read: object) -> float:
        if measure in PEOPLE and not value.is_integer():
            self.fault("value", read, A_WHOLE_NUMBER)
        return round(value, 4)

    def _no_number(self, cell: object) -> float:
        self.fault("value", cell, A_NUMBER)
        return 0.0
