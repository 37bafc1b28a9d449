"""Booking, moving, cancelling and reassigning interviews: verbs that change bookings, and the errors they raise."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.directory.models import Agency
from surveyapp.interviews import choices, messages, no_overlap, offers
from surveyapp.interviews.choices import LEAST_NOTICE, SlotChoice, SlotQuery
from surveyapp.interviews.intervals import Interval
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.locks import hold_booking, hold_days, hold_offer
from surveyapp.interviews.models import (
    BookingState,
    CancelledBy,
    InterviewBooking,
    InterviewerType,
    InterviewOffer,
    Mode,
    OfferState,
)
from surveyapp.interviews.slots import busy_time, london_date


class SlotAlreadyTaken(Exception):
    """Somebody else was quicker, or the interviewer became busy; the page shows what is open now."""


class CaseAlreadyBooked(Exception):
    """The leaver has an interview to come; move or cancel that one."""


class NotOffered(Exception):
    """This case has no interview offer that can be taken up."""


class InterviewerNotAllowed(Exception):
    """This person may not interview this leaver: the leaver, the line manager or somebody in the line above."""


class BookingIsOver(Exception):
    """The booking was cancelled or has been held; it cannot change any more."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: time, interviewer and mode; HR may book at shorter notice than a leaver."""

    choice: SlotChoice
    mode: Mode
    by_hr: bool = False

    @property
    def notice(self) -> timedelta:
        return timedelta() if self.by_hr else LEAST_NOTICE


def book_interview(session: Session, offer: InterviewOffer, wish: Wish, *, actor: Actor) -> InterviewBooking:
    """Book a time for the offer's leaver and tell leaver and interviewer. Raises SlotAlreadyTaken."""
    hold_offer(session, offer)
    if offer.state is OfferState.WITHDRAWN or not offer.case.is_open:
        raise NotOffered
    interviewer = _interviewer_for(session, offer.case, wish)
    hold_days(session, [(interviewer.id, london_date(wish.choice.starts_at))])
    _check_free(session, interviewer, wish)
    booking = _new_booking(session, offer.case, interviewer, wish)
    with _refusals_in_words(session):
        session.add(booking)
    _accept(offer, booking)
    codes = {"booking": str(booking.id), "mode": wish.mode.value, "interviewer_type": booking.interviewer_type.value}
    timeline.note(session, offer.case, "interview.booked", actor, **codes)
    messages.tell_booked(session, booking)
    return booking


def move_interview(session: Session, booking: InterviewBooking, wish: Wish, *, actor: Actor) -> InterviewBooking:
    """Move a booking to another time, interviewer or mode, keeping its identity in everybody's calendar."""
    hold_booking(session, booking)
    if booking.state is not BookingState.BOOKED:
        raise BookingIsOver
    case, before = booking.case, booking.interviewer
    interviewer = _interviewer_for(session, case, wish)
    hold_days(session, [(interviewer.id, london_date(wish.choice.starts_at)), (before.id, booking.held_on)])
    _check_free(session, interviewer, wish, moving=booking.id)
    place_again(session, booking, interviewer, wish)
    timeline.note(session, case, "interview.moved", actor, booking=str(booking.id), mode=wish.mode.value)
    messages.tell_moved(session, booking, before)
    return booking


def place_again(session: Session, booking: InterviewBooking, interviewer: Interviewer, wish: Wish) -> None:
    """Write a booking's new time and interviewer; the caller holds the days' locks and has seen that it is free."""
    with _refusals_in_words(session):
        _place(booking, interviewer, wish, choices.type_of(interviewer, booking.case))
        _raise_sequence(booking)


def cancel_interview(
    session: Session, booking: InterviewBooking, by: CancelledBy, *, actor: Actor, tell_leaver: bool = True
) -> None:
    """Cancel a booking to come; the offer is open again, so that another time can be chosen."""
    hold_booking(session, booking)
    if booking.state is not BookingState.BOOKED:
        raise BookingIsOver
    booking.state = BookingState.CANCELLED
    booking.cancelled_by = by
    booking.needs_confirming = False
    _raise_sequence(booking)
    if offer := offers.offer_of(session, booking.case_id):
        offers.release_after_cancelling(offer)
    session.flush()
    timeline.note(session, booking.case, "interview.cancelled", actor, booking=str(booking.id), by=by.value)
    messages.tell_cancelled(session, booking, tell_leaver=tell_leaver)


def confirm_interview(session: Session, booking: InterviewBooking, *, actor: Actor) -> None:
    """The leaver agrees to the interviewer or time that HR changed."""
    hold_booking(session, booking)
    if booking.state is not BookingState.BOOKED:
        raise BookingIsOver
    if booking.needs_confirming:
        booking.needs_confirming = False
        booking.confirmed_at = clock.now()
        timeline.note(session, booking.case, "interview.confirmed", actor, booking=str(booking.id))


def mark_held(session: Session, booking: InterviewBooking, *, actor: Actor) -> None:
    """The interview took place; a second time changes nothing."""
    hold_booking(session, booking)
    if booking.state is BookingState.HELD:
        return
    if booking.state is not BookingState.BOOKED:
        raise BookingIsOver
    _end(session, booking, BookingState.HELD)
    timeline.note(session, booking.case, "interview.held", actor, booking=str(booking.id))


def mark_no_show(session: Session, booking: InterviewBooking, *, actor: Actor) -> None:
    """The leaver did not come; they are offered another time once, in kind words."""
    hold_booking(session, booking)
    if booking.state is not BookingState.BOOKED or booking.starts_at > clock.now():
        raise BookingIsOver
    _end(session, booking, BookingState.NO_SHOW)
    timeline.note(session, booking.case, "interview.no_show", actor, booking=str(booking.id))
    messages.tell_missed(session, booking)


def _end(session: Session, booking: InterviewBooking, state: BookingState) -> None:
    booking.state = state
    booking.needs_confirming = False
    booking.changed_at = clock.now()
    session.flush()


def _interviewer_for(session: Session, case: Case, wish: Wish) -> Interviewer:
    """The interviewer wished for, if this person may see this leaver; asked again here, whatever a page offered."""
    allowed = {one.id: one for one in choices.interviewers_for(session, case, wish.mode)}
    if wish.choice.interviewer_id not in allowed:
        raise InterviewerNotAllowed
    return allowed[wish.choice.interviewer_id]


def _check_free(session: Session, interviewer: Interviewer, wish: Wish, moving: uuid.UUID | None = None) -> None:
    """Pattern, absences, notice and daily limit, under the day's lock; overlap is refused by the database besides."""
    leaving_out = (moving,) if moving else ()
    wanted = SlotQuery(wish.mode, notice=wish.notice, leaving_out=leaving_out)
    if not choices.is_free(session, interviewer, wish.choice.starts_at, wish.mode, wanted):
        raise SlotAlreadyTaken


def _new_booking(session: Session, case: Case, interviewer: Interviewer, wish: Wish) -> InterviewBooking:
    now = clock.now()
    agency = session.get_one(Agency, case.agency)
    made = InterviewBooking(
        id=uuid.uuid4(),
        case=case,
        state=BookingState.BOOKED,
        organiser=agency.reply_to or agency.mail_sender,
        booked_at=now,
        changed_at=now,
        booked_by_hr=wish.by_hr,
        sequence=0,
    )
    made.uid = f"{uuid.uuid4()}@surveyapp"
    _place(made, interviewer, wish, choices.type_of(interviewer, case))
    return made


def _place(booking: InterviewBooking, interviewer: Interviewer, wish: Wish, kind: InterviewerType) -> None:
    starts_at = wish.choice.starts_at
    interview = Interval(starts_at, starts_at + timedelta(minutes=interviewer.interview_minutes))
    travel = timedelta(minutes=interviewer.travel_minutes if wish.mode is Mode.IN_PERSON else 0)
    busy = busy_time(interview, timedelta(minutes=interviewer.buffer_minutes), travel)
    booking.interviewer_id = interviewer.id
    booking.interviewer = interviewer
    booking.interviewer_type = kind
    booking.mode = wish.mode
    booking.starts_at, booking.ends_at = interview.starts_at, interview.ends_at
    booking.busy_from_at, booking.busy_until_at = busy.starts_at, busy.ends_at


@contextmanager
def _refusals_in_words(session: Session) -> Iterator[None]:
    """Write inside; what the database refuses is undone alone and becomes an error that somebody can act on."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        guard = no_overlap.refused_by(error)
        if guard == no_overlap.ONE_PER_CASE:
            raise CaseAlreadyBooked from error
        if guard == no_overlap.INTERVIEWER_FREE:
            raise SlotAlreadyTaken from error
        raise


def _accept(offer: InterviewOffer, booking: InterviewBooking) -> None:
    offer.state = OfferState.ACCEPTED
    offer.accepted_at = offer.accepted_at or clock.now()
    offer.interviewer_type, offer.mode = booking.interviewer_type, booking.mode
    offer.declined_at = offer.decline_reason = offer.lapsed_at = None


def _raise_sequence(booking: InterviewBooking) -> None:
    booking.sequence += 1
    booking.changed_at = clock.now()
