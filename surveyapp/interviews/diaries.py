"""Interviewers' diaries read from the database, many at once, as the values that slots are computed from."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases import queries as cases
from surveyapp.interviews.intervals import Interval, london_day
from surveyapp.interviews.interviewer_models import CalendarChange, ChangeKind, Interviewer
from surveyapp.interviews.models import BookingState, InterviewBooking
from surveyapp.interviews.slots import Diary, Hours, Taken
from surveyapp.working_days import WorkingCalendar, bank_holidays

LIVE = (BookingState.BOOKED, BookingState.HELD)


def diaries_of(
    session: Session,
    interviewers: Iterable[Interviewer],
    first: date,
    last: date,
    leaving_out: Collection[uuid.UUID] = (),
) -> dict[uuid.UUID, Diary]:
    """Each interviewer's diary over these days; `leaving_out` are bookings that are about to move."""
    wanted = list(interviewers)
    taken = _taken(session, [one.id for one in wanted], first, last, leaving_out)
    closed = {
        place: closed_days(cases.calendar_of(session, *place), first, last)
        for place in {(one.agency, one.area) for one in wanted}
    }
    return {one.id: diary_of(one, taken[one.id], closed[one.agency, one.area]) for one in wanted}


def diary_of(interviewer: Interviewer, taken: Iterable[Taken], closed: frozenset[date]) -> Diary:
    """One interviewer's settings and calendar as a value."""
    changes = {kind: tuple(_interval(c) for c in interviewer.changes if c.kind is kind) for kind in ChangeKind}
    return Diary(
        hours=tuple(Hours(h.weekday, h.starts, h.ends) for h in interviewer.hours),
        extra=changes[ChangeKind.EXTRA],
        absent=changes[ChangeKind.ABSENT],
        closed=closed,
        taken=tuple(taken),
        accredited_on=interviewer.accredited_on,
        accredited_until_on=interviewer.accredited_until_on or date.max,
        interview=timedelta(minutes=interviewer.interview_minutes),
        buffer=timedelta(minutes=interviewer.buffer_minutes),
        travel=timedelta(minutes=interviewer.travel_minutes),
        daily_limit=interviewer.daily_limit,
    )


def closed_days(calendar: WorkingCalendar, first: date, last: date) -> frozenset[date]:
    """Bank holidays and closure days; weekends are a matter of each interviewer's own pattern."""
    holidays: set[date] = set(calendar.closure_days)
    for year in range(first.year, last.year + 1):
        holidays |= bank_holidays(calendar.nation, year)
    return frozenset(day for day in holidays if first <= day <= last)


def _interval(change: CalendarChange | InterviewBooking) -> Interval:
    return Interval(change.starts_at, change.ends_at)


def _taken(
    session: Session, ids: list[uuid.UUID], first: date, last: date, leaving_out: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[Taken]]:
    query = select(InterviewBooking).where(
        InterviewBooking.interviewer_id.in_(ids),
        InterviewBooking.state.in_(LIVE),
        InterviewBooking.busy_until_at > london_day(first).starts_at,
        InterviewBooking.busy_from_at < london_day(last).ends_at,
        InterviewBooking.id.not_in(leaving_out),
    )
    found: dict[uuid.UUID, list[Taken]] = defaultdict(list)
    for booking in session.scalars(query.order_by(InterviewBooking.starts_at)):
        busy = Interval(booking.busy_from_at, booking.busy_until_at)
        found[booking.interviewer_id].append(Taken(_interval(booking), busy))
    return found
