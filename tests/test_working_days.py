"""Working days: weekends, bank holidays by nation, closure days, and the rules that adding and counting share."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.working_days import NATIONS, WorkingCalendar

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
CALENDARS = st.builds(WorkingCalendar, st.sampled_from(NATIONS), st.frozensets(DAYS, max_size=5))
ENGLAND = WorkingCalendar("ENG")


@pytest.mark.parametrize(
    ("nation", "day", "working"),
    [
        ("ENG", date(2026, 11, 20), True),
        ("ENG", date(2026, 11, 21), False),
        ("ENG", date(2026, 12, 25), False),
        ("ENG", date(2026, 12, 28), False),
        ("ENG", date(2026, 11, 30), True),
        ("SCT", date(2026, 11, 30), False),
        ("NIR", date(2026, 3, 17), False),
        ("WLS", date(2026, 3, 17), True),
    ],
)
def test_weekends_and_the_nations_bank_holidays_are_not_working_days(nation: str, day: date, working: bool) -> None:
    assert WorkingCalendar(nation).is_working_day(day) is working


def test_closure_days_are_not_working_days() -> None:
    assert ENGLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    closed = WorkingCalendar.of("ENG", [date(2026, 12, 29)])
    assert closed.add(date(2026, 12, 24), 1) == date(2026, 12, 30)


def test_no_days_from_a_saturday_is_the_monday() -> None:
    assert ENGLAND.add(date(2026, 11, 21), 0) == date(2026, 11, 23)
    assert ENGLAND.add(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert ENGLAND.add(date(2026, 11, 23), -1) == date(2026, 11, 20)


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_adding_lands_on_a_working_day_that_counts_exactly_so_many(
    day: date, n: int, calendar: WorkingCalendar
) -> None:
    later = calendar.add(day, n)
    assert calendar.is_working_day(later) and later > day
    assert calendar.between(day, later) == n


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_counting_back_undoes_adding_from_a_working_day(day: date, n: int, calendar: WorkingCalendar) -> None:
    start = calendar.add(day, 0)
    assert calendar.add(calendar.add(start, n), -n) == start


@given(DAYS, st.integers(0, 200), st.integers(0, 200), CALENDARS)
def test_counts_of_two_stretches_add_up(day: date, first: int, second: int, calendar: WorkingCalendar) -> None:
    middle, end = day + timedelta(first), day + timedelta(first + second)
    whole = calendar.between(day, end)
    assert whole == calendar.between(day, middle) + calendar.between(middle, end)
    assert calendar.between(end, day) == -whole
