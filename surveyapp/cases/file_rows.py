"""Turns one row of a file into what is known of a person's leaving, or says everything that is wrong with it."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from surveyapp import clock
from surveyapp.cases import row_faults as f
from surveyapp.cases.arrivals import NewsStatus
from surveyapp.cases.details import EMAIL_PATTERN, CaseDetails
from surveyapp.cases.file_reading import Cell, RawRow, fold
from surveyapp.cases.models import CaseKind
from surveyapp.cases.policy import leaving_types
from surveyapp.cases.row_faults import RowFault

EMAIL = re.compile(EMAIL_PATTERN)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
DAY_NUMBER = re.compile(r"[34]\d{4}(\.\d+)?")
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DATE_MADE = re.compile(rf"(\d{{1,2}}[-/ ]({MONTHS})[a-z]*|({MONTHS})[a-z]*[-/ ]\d{{2,4}})([-/ ]\d{{2,4}})?", re.I)
ROUNDED = re.compile(r"\d([.,]\d+)?e\+?\d+", re.I)
EXACT_UP_TO = 10**15
FIRST_DATE = date(1950, 1, 1)
LONGEST = {"staff_number": 40, "name": 120, "phone": 40}
CODES = ("staff_number", "grade", "area", "job_role", "agency")
PATTERNS = {"full_time": "full_time", "part_time": "part_time", "ft": "full_time", "pt": "part_time"}
LANGUAGES = {"en": "en", "english": "en", "cy": "cy", "welsh": "cy", "cymraeg": "cy"}


@dataclass(frozen=True)
class Vocabulary:
    """The codes a file may use: agencies, and by agency Areas, roles and grades; keys are codes and folded names."""

    agencies: dict[str, str]
    areas: dict[tuple[str, str], str]
    job_roles: dict[tuple[str, str], str]
    grades: dict[tuple[str, str], str]
    own_agency: str | None


@dataclass(frozen=True)
class ReadRow:
    """A row that was understood: what it says of the person, what is happening, and which fields it told."""

    line: int
    details: CaseDetails
    status: NewsStatus
    told: frozenset[str]


@dataclass
class RowReader:
    """Reads rows one after the other; remembers what a whole file is warned about."""

    vocabulary: Vocabulary
    slashed: Counter[str] = field(default_factory=Counter)
    has_numbers_for_staff: bool = False

    def read(self, row: RawRow) -> ReadRow | list[RowFault]:
        """The row's meaning, or all its faults."""
        reading = _Reading(self, row)
        if row.n_extra:
            reading.fault("", "", f.TOO_MANY_CELLS)
        details = reading.details()
        if reading.faults or details is None:
            return reading.faults
        told = frozenset(name for name, cell in row.cells.items() if cell not in ("", None) and name != "status")
        return ReadRow(row.line, details, reading.status, told)


class _Reading:
    """One row being read."""

    def __init__(self, reader: RowReader, row: RawRow) -> None:
        self.reader, self.row = reader, row
        self.faults: list[RowFault] = []
        self.status = NewsStatus.LEAVING

    def fault(self, column: str, read: object, wanted: str, **values: object) -> None:
        self.faults.append(RowFault(self.row.line, column, str(read), wanted, values))

    def text(self, column: str, needed: bool = False) -> str:
        """The cell as text; numbers of a spreadsheet are taken only where they are exact."""
        cell = self.row.cells.get(column)
        if cell is None or cell == "":
            if needed:
                self.fault(column, "", f.NOT_EMPTY)
            return ""
        text = fold(cell) if isinstance(cell, str) else self._from_spreadsheet(column, cell)
        if needed and not text and not self.faults:
            self.fault(column, text, f.NOT_EMPTY)
        if len(text) > LONGEST.get(column, 254):
            self.fault(column, text, f.TOO_LONG, most=LONGEST.get(column, 254))
        if column in CODES and not text.isalpha():
            self._refuse_what_a_spreadsheet_made(column, text)
        return text

    def _refuse_what_a_spreadsheet_made(self, column: str, text: str) -> None:
        if DATE_MADE.fullmatch(text):
            self.fault(column, text, f.DATE_MADE)
        elif ROUNDED.fullmatch(text):
            self.fault(column, text, f.ROUNDED)

    def _from_spreadsheet(self, column: str, cell: Cell) -> str:
        if isinstance(cell, (datetime, date, time)):
            self.fault(column, cell, f.DATE_MADE)
            return ""
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            self.reader.has_numbers_for_staff |= column == "staff_number"
            if abs(cell) >= EXACT_UP_TO or (isinstance(cell, float) and not cell.is_integer()):
                self.fault(column, cell, f.ROUNDED)
                return ""
            return str(int(cell))
        return fold(str(cell))

    def email(self, column: str) -> str:
        text = self.text(column)
        if text and not EMAIL.match(text):
            self.fault(column, text, f.AN_EMAIL)
        return text

    def emails(self, column: str) -> tuple[str, ...]:
        found = tuple(one.strip() for one in self.text(column).split(";") if one.strip())
        for one in found:
            if not EMAIL.match(one):
                self.fault(column, one, f.AN_EMAIL)
        return found

    def one_of(self, column: str, choices: dict[str, Any], default: Any, needed: bool = False) -> Any:
        text = self.text(column, needed)
        if not text:
            return default
        key = text.casefold().replace("-", "_").replace(" ", "_")
        found = choices.get(text.casefold(), choices.get(key))
        if found is None:
            self.fault(column, text, f.ONE_OF, choices=", ".join(sorted({str(one) for one in choices.values()})))
        return found

    def place(self, column: str, known: dict[tuple[str, str], str], agency: str, needed: bool = True) -> str | None:
        text = self.text(column, needed)
        if not text or not agency:
            return None
        found = known.get((agency, text)) or known.get((agency, text.casefold()))
        if found is None:
            self.fault(column, text, f.NOT_A_PLACE)
        return found

    def agency(self) -> str:
        text = self.text("agency")
        vocabulary = self.reader.vocabulary
        if not text:
            if vocabulary.own_agency is None:
                self.fault("agency", "", f.WHICH_AGENCY)
            return vocabulary.own_agency or ""
        found = vocabulary.agencies.get(text) or vocabulary.agencies.get(text.casefold())
        if found is None:
            self.fault("agency", text, f.NOT_A_PLACE)
        return found or ""

    def day(self, column: str, needed: bool = False) -> date | None:
        cell = self.row.cells.get(column)
        if isinstance(cell, datetime) and cell.time() == time():
            return self._sensible(column, cell.date())
        if isinstance(cell, (int, float, datetime, time)):
            self.fault(column, cell, f.DAY_NUMBER if isinstance(cell, (int, float)) else f.ISO_DATE)
            return None
        text = self.text(column, needed)
        if not text:
            return None
        if not ISO.fullmatch(text):
            self._note_order(text)
            self.fault(column, text, f.DAY_NUMBER if DAY_NUMBER.fullmatch(text) else f.ISO_DATE)
            return None
        try:
            return self._sensible(column, date.fromisoformat(text))
        except ValueError:
            self.fault(column, text, f.ISO_DATE)
            return None

    def _sensible(self, column: str, day: date) -> date:
        last = clock.today() + timedelta(days=3 * 366)
        if not FIRST_DATE <= day <= last:
            self.fault(column, day, f.FAR_DATE, first=FIRST_DATE, last=last)
        return day

    def _note_order(self, text: str) -> None:
        """Count what the order of day and month could be, so that the file can be told; it is never guessed."""
        if found := SLASHED.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            self.reader.slashed["day_first" if first > 12 else "month_first" if second > 12 else "either"] += 1

    def details(self) -> CaseDetails | None:
        kind: CaseKind = self.one_of("kind", {one.value: one for one in CaseKind}, CaseKind.LEAVER) or CaseKind.LEAVER
        self.status = self.one_of("status", {one.value: one for one in NewsStatus}, NewsStatus.LEAVING)
        agency = self.agency()
        words = self.reader.vocabulary
        told: dict[str, Any] = {
            "agency": agency,
            "kind": kind,
            "staff_number": self.text("staff_number", needed=True),
            "name": self.text("name", needed=True),
            "area": self.place("area", words.areas, agency),
            "job_role": self.place("job_role", words.job_roles, agency),
            "grade": self.place("grade", words.grades, agency, needed=False),
            "leaving_type": self.one_of("leaving_type", TYPES, None, needed=kind is CaseKind.LEAVER),
            "last_working_day": self.day("last_working_day", needed=kind is CaseKind.LEAVER),
            "start_date": self.day("start_date", needed=kind is CaseKind.STARTER),
            "notice_date": self.day("notice_date"),
            "phone": self.text("phone"),
            "manager_line": self.emails("manager_line"),
            "working_pattern": self.one_of("working_pattern", PATTERNS, ""),
            "language": self.one_of("language", LANGUAGES, "en"),
            **{column: self.email(column) for column in ("work_email", "personal_email", "line_manager_email")},
        }
        if told["start_date"] and told["last_working_day"] and told["start_date"] > told["last_working_day"]:
            self.fault("start_date", told["start_date"], f.AFTER_LAST_DAY)
        return None if self.faults else CaseDetails(**told)


def _type_keys() -> dict[str, str]:
    known = {one.code: one.code for one in leaving_types().values()}
    return known | {one.name.casefold(): one.code for one in leaving_types().values()}


TYPES = _type_keys()
Progress = Callable[[int], None]
