"""Quarters of receipt: which a day belongs to, until when its answers can be changed, when it is cut."""

import re
from datetime import date, timedelta

CUT_DAYS_AFTER_QUARTER = 31
DAYS_OF_LONGEST_QUARTER = 92
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def quarter_of(day: date) -> str:
    """The calendar quarter of a day, such as `2026Q4`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def next_quarter(quarter: str) -> str:
    """The quarter after: 2026Q4 gives 2027Q1."""
    return quarter_of(last_day_of(quarter) + timedelta(days=1))


def previous_quarter(quarter: str) -> str:
    """The quarter before: 2027Q1 gives 2026Q4."""
    return quarter_of(last_day_of(quarter) - timedelta(days=DAYS_OF_LONGEST_QUARTER))


def last_day_of(quarter: str) -> date:
    """The last day of a quarter; raises ValueError for anything else."""
    found = _QUARTER.fullmatch(quarter)
    if not found:
        raise ValueError(f"a quarter is written like 2026Q4, not {quarter!r}")
    year, number = int(found[1]), int(found[2])
    return (date(year + (number == 4), number * 3 % 12 + 1, 1)) - timedelta(days=1)


def cut_on(quarter: str) -> date:
    """The day on which the quarter's release may be cut."""
    return last_day_of(quarter) + timedelta(days=CUT_DAYS_AFTER_QUARTER)


def changeable_until(quarter: str) -> date:
    """The last day on which a receipt opens its response: at least 30 days after it was sent."""
    return cut_on(quarter) - timedelta(days=1)
