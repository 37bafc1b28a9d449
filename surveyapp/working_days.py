"""Working days by nation, bank holidays and closure days: dates in, dates out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

NATIONS = ("ENG", "WLS", "SCT", "NIR")
SATURDAY = 5
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days count: the nation's bank holidays, and the closure days of the agency and the Area."""

    nation: str = "ENG"
    closure_days: frozenset[date] = frozenset()

    @classmethod
    def of(cls, nation: str, closure_days: Iterable[date] = ()) -> "WorkingCalendar":
        """A calendar from any collection of closure days."""
        return cls(nation, frozenset(closure_days))

    def is_working_day(self, day: date) -> bool:
        if day.weekday() >= SATURDAY or day in self.closure_days:
            return False
        return day not in bank_holidays(self.nation, day.year)

    def first_from(self, day: date) -> date:
        """The day itself when it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += A_DAY
        return day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which need not be one itself; n = 0 is the first working day from it.

        A negative n counts backwards: -1 is the last working day before `day`.
        """
        if n == 0:
            return self.first_from(day)
        step = A_DAY if n > 0 else -A_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days pass after `first` up to and including `last`; negative when `last` comes first."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_working_day(first + n * A_DAY) for n in range(1, (last - first).days + 1))


@cache
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of one nation of the United Kingdom in one year, substitute days included."""
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))
