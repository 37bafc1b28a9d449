"""What HR and interviewers have to do about exit interviews: offers to make, calls to return, records to write up."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from surveyapp import clock
from surveyapp.cases import schedule
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import InterviewOffer as OfferRule
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, InterviewBooking, InterviewOffer
from surveyapp.interviews.queries import is_due_for_write_up, waits_for_call
from surveyapp.interviews.record_models import InterviewRecord
from surveyapp.worklist.ground import Ground, step_of
from surveyapp.worklist.steps import Step, StepKind

DAYS_TO_CALL_BACK = 1


def interviews_to_offer(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Cases to which policy offers an interview and nobody has yet."""
    offered = _offers(ground)
    for case in open_cases:
        rule = ground.policy(case).rule_for(case.leaving_type)
        if case.kind is CaseKind.LEAVER and case.id not in offered and rule.interview is OfferRule.OFFER:
            times, calendar = ground.policy(case).times, ground.calendar(case)
            due_on = schedule.offer_interview_by(schedule.dates_of(case), times, calendar)
            yield step_of(case, StepKind.OFFER_INTERVIEW, due_on)


def calls_to_return(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Leavers who asked to be called before they choose, due the working day after."""
    offers = _offers(ground)
    for case in open_cases:
        offer = offers.get(case.id)
        if offer is not None and offer.call_back_asked_at is not None and waits_for_call(offer):
            since = offer.call_back_asked_at.astimezone(clock.LONDON).date()
            yield step_of(case, StepKind.CALL_BACK, ground.calendar(case).add(since, DAYS_TO_CALL_BACK))


def interviews_to_write_up(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Interviews that have taken place and are not written up; the step is the interviewer's."""
    query = (
        select(InterviewBooking, Interviewer.user_id)
        .join(Interviewer, Interviewer.id == InterviewBooking.interviewer_id)
        .outerjoin(InterviewRecord, InterviewRecord.booking_id == InterviewBooking.id)
        .where(InterviewBooking.state.in_([BookingState.BOOKED, BookingState.HELD]))
        .where(InterviewRecord.first_written_up_at.is_(None))
    )
    by_case = {booking.case_id: (booking, user_id) for booking, user_id in ground.session.execute(query)}
    for case in open_cases:
        if case.id in by_case and is_due_for_write_up(by_case[case.id][0]):
            booking, interviewer_id = by_case[case.id]
            due_on = schedule.write_up_by(booking.held_on, ground.policy(case).times, ground.calendar(case))
            yield step_of(case, StepKind.WRITE_UP, due_on, interviewer_id)


def _offers(ground: Ground) -> dict[UUID, InterviewOffer]:
    query = select(InterviewOffer).join(Case, Case.id == InterviewOffer.case_id).where(Case.state == CaseState.OPEN)
    return {offer.case_id: offer for offer in ground.session.scalars(query)}
