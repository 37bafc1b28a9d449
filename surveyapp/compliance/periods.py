"""The periods a board can be asked for: the last twelve months, financial years and calendar quarters. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """A stretch of last working days, with its code and how it is written."""

    code: str
    first: date
    last: date

    @property
    def text(self) -> str:
        """For files; pages write dates in their own language."""
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def twelve_months(today: date) -> Period:
    """The year that ends with this month, the coming last days of the month included."""
    year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
    return year_to(date(year, month, 1) - timedelta(days=1))


def year_to(month_end: date) -> Period:
    """The twelve months that end with this last day of a month."""
    following = month_end + timedelta(days=1)
    return Period("12m", following.replace(year=following.year - 1), month_end)


def financial_year(begins: int) -> Period:
    """April to March."""
    return Period(f"fy{begins}", date(begins, 4, 1), date(begins + 1, 3, 31))


def quarter(year: int, number: int) -> Period:
    """A calendar quarter, 1 to 4."""
    first = date(year, 3 * number - 2, 1)
    following = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return Period(f"{year}q{number}", first, following - timedelta(days=1))


def periods(today: date) -> list[Period]:
    """What is offered: twelve months, three financial years, the last eight quarters and the coming one."""
    begins = today.year if today.month >= 4 else today.year - 1
    now = today.year * 4 + (today.month - 1) // 3
    quarters = [quarter(n // 4, n % 4 + 1) for n in range(now + 1, now - 8, -1)]
    return [twelve_months(today), *(financial_year(begins - n) for n in range(3)), *quarters]


def period_of(code: str, today: date) -> Period:
    """The period with this code, the last twelve months for any other."""
    return next((one for one in periods(today) if one.code == code), twelve_months(today))
