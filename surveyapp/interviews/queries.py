"""Reading offers, bookings and interviewers: viewer first, ordered, never a case the viewer is related to."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from surveyapp import clock
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases import queries as cases
from surveyapp.cases import schedule
from surveyapp.cases.models import Case, CaseEvent
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, InterviewBooking, InterviewOffer
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.interviews.records import SENT_TO_MANAGER


def booking_to_come(session: Session, case_id: uuid.UUID) -> InterviewBooking | None:
    """The case's one live booking that has not been held."""
    query = select(InterviewBooking).where(
        InterviewBooking.case_id == case_id, InterviewBooking.state == BookingState.BOOKED
    )
    return session.scalar(query)


def last_held(session: Session, case_id: uuid.UUID) -> InterviewBooking | None:
    """The latest interview of the case that took place."""
    return next((one for one in bookings_of(session, case_id) if one.state is BookingState.HELD), None)


def bookings_of(session: Session, case_id: uuid.UUID) -> list[InterviewBooking]:
    """Every booking the case ever had, newest first."""
    query = select(InterviewBooking).where(InterviewBooking.case_id == case_id)
    return list(session.scalars(query.order_by(InterviewBooking.booked_at.desc())))


def bookings_for(
    viewer: Viewer, session: Session, since: datetime, until: datetime | None = None
) -> list[InterviewBooking]:
    """Bookings in the Areas whose interviews the viewer books, in order."""
    query = (
        select(InterviewBooking)
        .join(Case)
        .where(cases.visible_to(viewer, Permission.BOOK_INTERVIEWS))
        .where(InterviewBooking.state != BookingState.CANCELLED, InterviewBooking.starts_at >= since)
        .options(joinedload(InterviewBooking.interviewer).joinedload(Interviewer.user))
        .order_by(InterviewBooking.starts_at)
    )
    if until is not None:
        query = query.where(InterviewBooking.starts_at < until)
    return list(session.scalars(query))


def own_booking(viewer: Viewer, session: Session, booking_id: uuid.UUID) -> InterviewBooking | None:
    """A booking the viewer holds as interviewer, unless its case is gone or has to do with them in person."""
    query = (
        select(InterviewBooking)
        .join(Interviewer)
        .join(Case, Case.id == InterviewBooking.case_id)
        .where(InterviewBooking.id == booking_id, Interviewer.user_id == viewer.user_id)
        .where(Case.disposed_on.is_(None), ~cases.is_related_to(viewer.email))
    )
    return session.scalar(query)


def own_bookings(viewer: Viewer, session: Session) -> list[InterviewBooking]:
    """The viewer's own interviews, held or to come, in order; none of a case that is gone or has to do with them."""
    query = (
        select(InterviewBooking)
        .join(Interviewer)
        .join(Case, Case.id == InterviewBooking.case_id)
        .where(Interviewer.user_id == viewer.user_id, Case.disposed_on.is_(None), ~cases.is_related_to(viewer.email))
        .where(InterviewBooking.state.in_([BookingState.BOOKED, BookingState.HELD]))
        .order_by(InterviewBooking.starts_at)
    )
    return list(session.scalars(query))


def own_interviewer(viewer: Viewer, session: Session) -> Interviewer | None:
    """The viewer as an interviewer, if they are one."""
    return session.scalar(select(Interviewer).where(Interviewer.user_id == viewer.user_id))


def interviewers_within(viewer: Viewer, session: Session) -> list[Interviewer]:
    """Interviewers whose home Area the viewer looks after, by Area and name."""
    place = within(viewer, Permission.MANAGE_INTERVIEWERS, Interviewer.agency, Interviewer.area)
    query = select(Interviewer).where(place).options(joinedload(Interviewer.user)).order_by(Interviewer.area)
    return sorted(session.scalars(query), key=lambda one: (one.agency, one.area, one.name))


def interviewer_within(viewer: Viewer, session: Session, interviewer_id: uuid.UUID) -> Interviewer | None:
    """One of them."""
    place = within(viewer, Permission.MANAGE_INTERVIEWERS, Interviewer.agency, Interviewer.area)
    return session.scalar(select(Interviewer).where(Interviewer.id == interviewer_id, place))


def open_offers_for(viewer: Viewer, session: Session) -> list[InterviewOffer]:
    """Offers without a reply or with a call back to make, in the viewer's Areas, oldest first."""
    query = (
        select(InterviewOffer)
        .join(Case)
        .where(cases.visible_to(viewer, Permission.BOOK_INTERVIEWS))
        .options(joinedload(InterviewOffer.case))
        .order_by(InterviewOffer.offered_at)
    )
    found = session.scalars(query)
    return [one for one in found if waits_for_call(one) or (one.case.is_open and one.state == "offered")]


def waits_for_call(offer: InterviewOffer) -> bool:
    """Whether somebody still has to call this leaver."""
    return offer.call_back_asked_at is not None and offer.call_back_done_at is None


def is_due_for_write_up(booking: InterviewBooking) -> bool:
    """Whether an interview's time has passed, so that it can be written up or marked as missed."""
    return booking.is_live and booking.starts_at <= clock.now()


@dataclass(frozen=True)
class OwnInterview:
    """One of the viewer's interviews, its record if begun, and by when it has to be written up."""

    booking: InterviewBooking
    record: InterviewRecord | None
    write_up_by: date

    @property
    def is_to_write_up(self) -> bool:
        """Whether it has taken place and its record is not written up."""
        if self.booking.starts_at > clock.now():
            return False
        return self.record is None or self.record.first_written_up_at is None


def own_bookings_with_records(viewer: Viewer, session: Session) -> list[OwnInterview]:
    """The viewer's own interviews of the last months and to come, with where their records stand."""
    own = own_bookings(viewer, session)
    ids = [booking.id for booking in own]
    records = session.scalars(select(InterviewRecord).where(InterviewRecord.booking_id.in_(ids)))
    by_booking = {record.booking_id: record for record in records}
    return [OwnInterview(one, by_booking.get(one.id), write_up_by(session, one)) for one in own]


def write_up_by(session: Session, booking: InterviewBooking) -> date:
    """The last day for the record to be on time, by the agency's policy and the Area's working days."""
    case = booking.case
    times = cases.policy_of(session, case.agency).times
    return schedule.write_up_by(booking.held_on, times, cases.calendar_of(session, case.agency, case.area))


def records_for(viewer: Viewer, session: Session) -> list[InterviewRecord]:
    """Every written-up record where the viewer may read records, newest first."""
    query = (
        select(InterviewRecord)
        .join(InterviewBooking)
        .join(Case)
        .where(cases.visible_to(viewer, Permission.READ_RECORDS), InterviewRecord.written_up_at.is_not(None))
        .order_by(InterviewRecord.written_up_at.desc())
    )
    return list(session.scalars(query))


def record_for(viewer: Viewer, session: Session, record_id: uuid.UUID) -> InterviewRecord | None:
    """One of them."""
    visible = cases.visible_to(viewer, Permission.READ_RECORDS)
    query = select(InterviewRecord).join(InterviewBooking).join(Case).where(InterviewRecord.id == record_id, visible)
    return session.scalar(query.where(InterviewRecord.written_up_at.is_not(None)))


def record_of_case(session: Session, case_id: uuid.UUID) -> InterviewRecord | None:
    """The case's newest record that has been written up."""
    query = (
        select(InterviewRecord)
        .join(InterviewBooking)
        .where(InterviewBooking.case_id == case_id, InterviewRecord.written_up_at.is_not(None))
        .order_by(InterviewRecord.written_up_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def sent_to_manager_at(session: Session, record: InterviewRecord) -> datetime | None:
    """When an adviser sent the record's points to the line manager, since the leaver agreed it; None if not yet."""
    query = select(func.max(CaseEvent.at)).where(
        CaseEvent.case_id == record.booking.case_id,
        CaseEvent.event == SENT_TO_MANAGER,
        CaseEvent.at >= (record.agreed_at or clock.now()),
    )
    return session.scalar(query)
