"""Free times of one interviewer, as pure functions over intervals: pattern, exceptions, absences, bookings, limits."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from surveyapp.clock import LONDON
from surveyapp.interviews.intervals import Interval, london_day, london_interval, merged

STEP: Final = timedelta(minutes=30)
"""Times are offered every half hour from the beginning of a free stretch of the pattern."""


@dataclass(frozen=True)
class Hours:
    """One stretch of the weekly pattern (0 is Monday), London wall time."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Taken:
    """A live booking: the interview itself, and the time it takes up with travel and buffer."""

    interview: Interval
    busy: Interval


@dataclass(frozen=True)
class Diary:
    """Everything that decides when one interviewer can interview; `closed` holds bank holidays and closure days."""

    hours: tuple[Hours, ...]
    extra: tuple[Interval, ...] = ()
    absent: tuple[Interval, ...] = ()
    closed: frozenset[date] = frozenset()
    taken: tuple[Taken, ...] = ()
    accredited_on: date = date.min
    accredited_until_on: date = date.max
    interview: timedelta = timedelta(hours=1)
    buffer: timedelta = timedelta(minutes=15)
    travel: timedelta = timedelta()
    daily_limit: int = 4

    @cached_property
    def n_taken(self) -> Counter[date]:
        """How many live interviews each London day has."""
        return Counter(london_date(one.interview.starts_at) for one in self.taken)


def london_date(moment: datetime) -> date:
    """The day in London on which a moment falls."""
    return moment.astimezone(LONDON).date()


def busy_time(interview: Interval, buffer: timedelta, travel: timedelta) -> Interval:
    """What an interview takes up: the journey there, and afterwards the longer of the journey back and the buffer."""
    return interview.widened(travel, max(buffer, travel))


def open_slots(diary: Diary, first: date, last: date, not_before: datetime, *, in_person: bool) -> Iterator[Interval]:
    """The times that can still be booked, from the first to the last day, in order."""
    travel = diary.travel if in_person else timedelta()
    day = max(first, diary.accredited_on)
    while day <= min(last, diary.accredited_until_on):
        if diary.n_taken[day] < diary.daily_limit:
            for slot in _slots_on(diary, day):
                busy = busy_time(slot, diary.buffer, travel)
                if slot.starts_at >= not_before and not any(busy.overlaps(taken.busy) for taken in diary.taken):
                    yield slot
        day += timedelta(days=1)


def is_open(diary: Diary, starts_at: datetime, not_before: datetime, *, in_person: bool) -> bool:
    """Whether an interview can begin at exactly this moment."""
    day = london_date(starts_at)
    return any(slot.starts_at == starts_at for slot in open_slots(diary, day, day, not_before, in_person=in_person))


def _slots_on(diary: Diary, day: date) -> Iterator[Interval]:
    """Every half hour of the day's working time that leaves room for a whole interview outside absences.

    Times are counted from the beginning of each stretch before absences are cut out, so that a sick hour does not
    shift the rest of the day.
    """
    absent = merged(diary.absent)
    for stretch in _working_time(diary, day):
        starts_at = stretch.starts_at
        while starts_at + diary.interview <= stretch.ends_at:
            slot = Interval(starts_at, starts_at + diary.interview)
            if not any(slot.overlaps(away) for away in absent):
                yield slot
            starts_at += STEP


def _working_time(diary: Diary, day: date) -> list[Interval]:
    """The day's pattern, unless the day is closed, with the extra hours of that day."""
    pattern = [] if day in diary.closed else [h for h in diary.hours if h.weekday == day.weekday()]
    stretches = [london_interval(day, hours.starts, hours.ends) for hours in pattern]
    whole_day = london_day(day)
    extra = [
        Interval(max(one.starts_at, whole_day.starts_at), min(one.ends_at, whole_day.ends_at))
        for one in diary.extra
        if one.overlaps(whole_day)
    ]
    return merged([*(stretch for stretch in stretches if stretch), *extra])
