"""An interviewer cannot come: the whole day goes to others in one step, and each leaver is asked to confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.interviews import bookings, choices, messages
from surveyapp.interviews.bookings import Wish
from surveyapp.interviews.choices import SlotChoice, SlotQuery
from surveyapp.interviews.intervals import london_day
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.locks import hold_days, hold_offers
from surveyapp.interviews.models import BookingState, CancelledBy, InterviewBooking


@dataclass(frozen=True)
class Reassigned:
    """What became of a day: bookings that others hold now, and those for which nobody was free."""

    moved: tuple[InterviewBooking, ...]
    left: tuple[InterviewBooking, ...]


def day_of(session: Session, interviewer: Interviewer, day: date) -> list[InterviewBooking]:
    """The interviewer's bookings to come on that day, in order."""
    whole = london_day(day)
    query = select(InterviewBooking).where(
        InterviewBooking.interviewer_id == interviewer.id,
        InterviewBooking.state == BookingState.BOOKED,
        InterviewBooking.starts_at >= whole.starts_at,
        InterviewBooking.starts_at < whole.ends_at,
    )
    query = query.order_by(InterviewBooking.starts_at).execution_options(populate_existing=True)
    return list(session.scalars(query))


def reassign_day(session: Session, interviewer: Interviewer, day: date, *, actor: Actor) -> Reassigned:
    """Give every booking of the day to somebody else at the same time, of the same type where one is free.

    A booking for which nobody is free, or that was made while we waited for the locks, stays as it is and is named, so
    that HR can move it by hand.
    """
    known = day_of(session, interviewer, day)
    hold_offers(session, [booking.case_id for booking in known])
    _hold_everybody(session, known, interviewer, day)
    moved, left = [], []
    for booking in day_of(session, interviewer, day):
        other = _somebody_free(session, booking, interviewer) if booking in known else None
        if other is None:
            left.append(booking)
        else:
            _give_to(session, booking, other, actor)
            moved.append(booking)
    return Reassigned(tuple(moved), tuple(left))


def give_away(session: Session, booking: InterviewBooking, *, actor: Actor) -> bool:
    """Give one booking to somebody else at the same time, or cancel it; whether somebody else has it now."""
    hold_offers(session, [booking.case_id])
    before = booking.interviewer
    _hold_everybody(session, [booking], before, booking.held_on)
    other = _somebody_free(session, booking, before)
    if other is None:
        bookings.cancel_interview(session, booking, CancelledBy.HR, actor=actor)
    else:
        _give_to(session, booking, other, actor)
    return other is not None


def _hold_everybody(
    session: Session, affected: Iterable[InterviewBooking], interviewer: Interviewer, day: date
) -> None:
    """All locks at once and in order, before anything is written, so that two reassignments cannot block each other."""
    people = {interviewer.id}
    for booking in affected:
        people |= {one.id for one in choices.interviewers_for(session, booking.case, booking.mode)}
    hold_days(session, [(person, day) for person in people])


def _somebody_free(session: Session, booking: InterviewBooking, absent: Interviewer) -> Interviewer | None:
    """The first who is free then: the same type before the others, the least busy before the rest."""
    candidates = [one for one in choices.interviewers_for(session, booking.case, booking.mode) if one.id != absent.id]
    wanted = SlotQuery(booking.mode, notice=timedelta(), leaving_out=(booking.id,))
    free = [one for one in candidates if choices.is_free(session, one, booking.starts_at, booking.mode, wanted)]
    load = {one.id: len(day_of(session, one, booking.held_on)) for one in free}
    same = booking.interviewer_type
    order = sorted(free, key=lambda one: (choices.type_of(one, booking.case) is not same, load[one.id], one.name))
    return next(iter(order), None)


def _give_to(session: Session, booking: InterviewBooking, other: Interviewer, actor: Actor) -> None:
    before = booking.interviewer
    wish = Wish(SlotChoice(booking.starts_at, other.id), booking.mode, by_hr=True)
    bookings.place_again(session, booking, other, wish)
    booking.needs_confirming = True
    booking.confirmed_at = None
    session.flush()
    timeline.note(session, booking.case, "interview.reassigned", actor, booking=str(booking.id))
    messages.tell_reassigned(session, booking, before)
