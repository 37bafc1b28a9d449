"""Dates of an outside survey as periods: a year, a quarter or "undated"; the order of day and month is not guessed."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from surveyapp.outside import fault_texts as t
from surveyapp.outside.faults import Fault, FileRefused
from surveyapp.outside.mapping import DateField

UNDATED = "undated"
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARS = range(1950, 2100)
SLASHED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( 0?0:00(:00)?)?$")
ISO = re.compile(r"^(\d{4})-(\d{1,2})(-\d{1,2})?( 00:00:00)?$")
MONTH_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{4})$")
NAMED = re.compile(r"^(?:\d{1,2} )?([A-Za-z]{3,9})[ -](\d{4})$")
QUARTER = re.compile(r"^(?:(\d{4})[ -]?Q([1-4])|Q([1-4])[ -]?(\d{4}))$", re.IGNORECASE)


@dataclass(frozen=True)
class DateOrder:
    """How many dates of a column can only be day/month, only month/day, or either."""

    day_first: int
    month_first: int
    either: int

    @property
    def is_mixed(self) -> bool:
        return bool(self.day_first and self.month_first)


def date_order(cells: Iterable[str]) -> DateOrder:
    """What the dates like 03/04/2012 of a column say about their order."""
    seen = Counter[str]()
    for cell in cells:
        if found := SLASHED.match(cell):
            first, second = int(found[1]), int(found[2])
            seen["day" if first > 12 else "month" if second > 12 else "either"] += 1
    return DateOrder(seen["day"], seen["month"], seen["either"])


def check_order(cells: Iterable[str], field: DateField) -> None:
    """Errors: FileRefused when both orders are in one column, or when dates need an order and none was given."""
    found = date_order(cells)
    if found.is_mixed:
        raise FileRefused([Fault(0, field.column, "", t.ORDER_MIXED, asdict(found))])
    if field.order is None and (found.day_first or found.month_first or found.either):
        raise FileRefused([Fault(0, field.column, "", t.SAY_ORDER, asdict(found))])


def period_of(cell: str, field: DateField) -> str | None:
    """The period of a folded cell, "undated" for an empty one; None when it is no date of this precision."""
    if not cell:
        return UNDATED
    if field.precision == "year" and re.fullmatch(r"\d{4}", cell):
        return cell if int(cell) in YEARS else None
    if found := QUARTER.match(cell):
        year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        return _period(year, quarter * 3, field)
    year, month = _year_and_month(cell, field.order)
    return _period(year, month, field)


def _year_and_month(cell: str, order: str | None) -> tuple[int, int]:
    """(0, 0) when the cell is no date."""
    if found := ISO.match(cell):
        return int(found[1]), int(found[2])
    if found := MONTH_FIRST.match(cell):
        return int(found[2]), int(found[1])
    if found := NAMED.match(cell):
        return int(found[2]), _month_named(found[1])
    if found := SLASHED.match(cell):
        month, day = (found[2], found[1]) if order == "dmy" else (found[1], found[2])
        return (int(found[3]), int(month)) if int(day) <= 31 else (0, 0)
    return 0, 0


def _month_named(name: str) -> int:
    short = name[:3].lower()
    return MONTH_NAMES.index(short) + 1 if short in MONTH_NAMES else 0


def _period(year: int, month: int, field: DateField) -> str | None:
    if year not in YEARS or month not in range(1, 13):
        return None
    return str(year) if field.precision == "year" else f"{year}Q{(month + 2) // 3}"
