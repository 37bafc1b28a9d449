"""What the worker does for interviews, each safe to repeat: offer, remind, let lapse, withdraw, remind of tomorrow."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp import clock, mail
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import queries as cases
from surveyapp.cases import schedule
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import InterviewOffer as InterviewPolicy
from surveyapp.cases.policy import Policy
from surveyapp.clock import LONDON
from surveyapp.db import each_apart, reading
from surveyapp.interviews import bookings, messages, offers, reassignment
from surveyapp.interviews.intervals import Interval, london_day
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.locks import hold_booking, hold_offer
from surveyapp.interviews.models import BookingState, CancelledBy, InterviewBooking, InterviewOffer, OfferState
from surveyapp.working_days import WorkingCalendar

WORKER = Actor(ActorKind.WORKER, "interviews")


class Rules:
    """Policies and working days, read once for a run."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.policies: dict[str, Policy] = {}
        self.calendars: dict[tuple[str, str], WorkingCalendar] = {}

    def policy(self, agency: str) -> Policy:
        """The policy of an agency."""
        if agency not in self.policies:
            self.policies[agency] = cases.policy_of(self.session, agency)
        return self.policies[agency]

    def calendar(self, case: Case) -> WorkingCalendar:
        """The working days of the case's Area."""
        place = (case.agency, case.area)
        if place not in self.calendars:
            self.calendars[place] = cases.calendar_of(self.session, *place)
        return self.calendars[place]

    def offers_interview(self, case: Case) -> bool:
        """Whether policy offers this leaver an interview by itself."""
        wanted = self.policy(case.agency).rule_for(case.leaving_type).interview
        return case.kind is CaseKind.LEAVER and wanted is InterviewPolicy.OFFER

    def offer_by(self, case: Case) -> date:
        """The last day for the offer to be in time."""
        times = self.policy(case.agency).times
        return schedule.offer_interview_by(schedule.dates_of(case), times, self.calendar(case))


def offer_interviews(session: Session, today: date) -> int:
    """Offer an interview to everybody in policy on the first working day after the news; how many were offered."""
    offered = select(InterviewOffer.case_id)
    query = select(Case).where(Case.state == CaseState.OPEN, Case.kind == CaseKind.LEAVER, Case.id.not_in(offered))
    with reading():
        rules = Rules(session)
        waiting = session.scalars(query.order_by(Case.notified_at, Case.id))
        due = [case.id for case in waiting if _is_offer_due(rules, case, today)]
    return each_apart(session, due, lambda case_id: _offer(session, case_id))


def _is_offer_due(rules: Rules, case: Case, today: date) -> bool:
    return rules.offers_interview(case) and rules.calendar(case).is_working_day(today)


def _offer(session: Session, case_id: UUID) -> int:
    """Looked at again under the case's lock: HR may have offered, or the person may stay after all."""
    case = cases.held(session, case_id)
    if case is None or not case.is_open or offers.offer_of(session, case_id) is not None:
        return 0
    offers.offer_interview(session, case, actor=WORKER)
    return 1


def remind_of_offers(session: Session, today: date) -> int:
    """Remind once of each offer without a reply on its day, and let it lapse on a later one; how many acts."""
    query = select(InterviewOffer.id).join(Case).where(InterviewOffer.state == OfferState.OFFERED, Case.state == "open")
    with reading():
        waiting = session.scalars(query.order_by(InterviewOffer.offered_at, InterviewOffer.id)).all()
    rules = Rules(session)
    return each_apart(session, waiting, lambda offer_id: _remind_or_lapse(session, rules, offer_id, today))


def _remind_or_lapse(session: Session, rules: Rules, offer_id: UUID, today: date) -> int:
    offer = session.get_one(InterviewOffer, offer_id, populate_existing=True)
    if offer.state is not OfferState.OFFERED or not offer.case.is_open:
        return 0
    times, calendar = rules.policy(offer.case.agency).times, rules.calendar(offer.case)
    offered_on = offer.offered_at.astimezone(LONDON).date()
    if today >= schedule.offer_lapses_on(offered_on, times, calendar):
        try:
            offers.lapse_offer(session, offer, actor=WORKER)
        except offers.OfferIsClosed:  # the leaver was quicker than the worker
            return 0
        return 1
    if today >= schedule.remind_of_offer_on(offered_on, times, calendar):
        messages.tell_offered(session, offer, messages.OFFER_REMINDER, int(offer.offered_at.timestamp()))
        return 1
    return 0


def remind_of_tomorrow(session: Session, today: date) -> int:
    """Remind leaver and interviewer the day before, once each; how many interviews."""
    tomorrow = london_day(today + timedelta(days=1))
    query = select(InterviewBooking.id).where(
        InterviewBooking.state == BookingState.BOOKED,
        InterviewBooking.starts_at >= tomorrow.starts_at,
        InterviewBooking.starts_at < tomorrow.ends_at,
    )
    with reading():
        found = session.scalars(query.order_by(InterviewBooking.starts_at, InterviewBooking.id)).all()
    return each_apart(session, found, lambda booking_id: _remind(session, booking_id, tomorrow))


def _remind(session: Session, booking_id: UUID, tomorrow: Interval) -> int:
    """Looked at again under the interview's lock: it may have been moved to another day, or cancelled."""
    booking = session.get_one(InterviewBooking, booking_id)
    hold_booking(session, booking)
    if booking.state is not BookingState.BOOKED or not tomorrow.starts_at <= booking.starts_at < tomorrow.ends_at:
        return 0
    messages.remind(session, booking)
    return 1


def withdraw_from_ended_cases(session: Session, today: date) -> int:
    """Whoever stays, or has died, keeps no interview: bookings to come are cancelled; how many cases."""
    ended = Case.state.in_([CaseState.STAYED, CaseState.DIED])
    query = select(InterviewOffer.id).join(Case).where(ended, InterviewOffer.state != OfferState.WITHDRAWN)
    with reading():
        found = session.scalars(query.order_by(InterviewOffer.id)).all()
    return each_apart(session, found, lambda offer_id: _withdraw(session, offer_id))


def _withdraw(session: Session, offer_id: UUID) -> int:
    offer = session.get_one(InterviewOffer, offer_id)
    hold_offer(session, offer)
    mine = (InterviewBooking.case_id == offer.case_id, InterviewBooking.state == BookingState.BOOKED)
    for booking in session.scalars(select(InterviewBooking).where(*mine).execution_options(populate_existing=True)):
        stays = offer.case.state is CaseState.STAYED
        bookings.cancel_interview(session, booking, CancelledBy.CASE_CLOSED, actor=WORKER, tell_leaver=stays)
    if offer.case.state is CaseState.DIED:
        mail.cancel_about(session, offer.case.about)
    offers.withdraw_offer(session, offer, actor=WORKER)
    return 1


def keep_from_managers(session: Session, today: date) -> int:
    """A booked interviewer who has since become the line manager, or joined the line, does not hold the interview.

    Somebody else who is free then takes it and the leaver is asked to confirm; else it is cancelled and the leaver
    chooses again. How many interviews changed hands.
    """
    query = (
        select(InterviewBooking)
        .join(Interviewer)
        .join(Case, Case.id == InterviewBooking.case_id)
        .where(InterviewBooking.state == BookingState.BOOKED, InterviewBooking.starts_at > clock.now())
        .options(joinedload(InterviewBooking.interviewer).joinedload(Interviewer.user))
        .order_by(InterviewBooking.starts_at)
    )
    with reading():
        found = session.scalars(query)
        close = [one.id for one in found if cases.is_related(session, one.case, one.interviewer.user.email)]
    return each_apart(session, close, lambda booking_id: _give_away(session, booking_id))


def _give_away(session: Session, booking_id: UUID) -> int:
    booking = session.get_one(InterviewBooking, booking_id)
    hold_booking(session, booking)
    is_close = cases.is_related(session, booking.case, booking.interviewer.user.email)
    if booking.state is not BookingState.BOOKED or not is_close:
        return 0
    reassignment.give_away(session, booking, actor=WORKER)
    return 1
