"""What happens next to a case by itself, and when: shown while nobody has anything to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import schedule
from surveyapp.cases.models import Case
from surveyapp.interviews import offers
from surveyapp.interviews.models import OfferState
from surveyapp.interviews.queries import booking_to_come
from surveyapp.invitations.addresses import address_of
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import Step
from surveyapp.invitations.queries import InvitationView, views_of
from surveyapp.languages import N_

SENDS = {
    Step.INVITE: N_("Next: the service sends the invitation on %(day)s"),
    Step.FIRST_REMINDER: N_("Next: the service sends the first reminder on %(day)s"),
    Step.SECOND_REMINDER: N_("Next: the service sends the second reminder on %(day)s"),
    Step.LAST_REMINDER: N_("Next: the service sends the last reminder on %(day)s"),
}
PUTS_LETTER = N_("Next: the service puts a letter here to print on %(day)s")
CLOSES_QUESTIONNAIRE = N_("Next: the service closes the questionnaire at the end of %(day)s")
REMINDS_OF_OFFER = N_("Next: the service reminds the leaver of the interview offer on %(day)s")
LAPSES = N_("Next: the service lets the interview offer lapse on %(day)s")
REMINDS_OF_INTERVIEW = N_("Next: the service reminds the leaver and the interviewer on %(day)s")
INTERVIEW = N_("Next: the interviewer meets the leaver on %(day)s")
CLOSES_CASE = N_("Next: the service closes the case on %(day)s")


@dataclass(frozen=True)
class Planned:
    """One thing to come, its day, and the sentence that says who does it."""

    on: date
    words: str


def next_by_itself(session: Session, case: Case, today: date) -> Planned | None:
    """The first thing still to come, today included; None when nothing is planned."""
    rules, sends_letters = Rules(session), address_of(session, case) is None
    coming = [
        *(one for view in views_of(session, case) for one in _questionnaire(view, sends_letters)),
        *_interview(session, rules, case, today),
        *_closing(rules, case),
    ]
    return min((one for one in coming if one.on >= today), key=lambda one: one.on, default=None)


def _questionnaire(view: InvitationView, sends_letters: bool) -> Iterator[Planned]:
    """The messages that nothing has stopped, as the worker sends them (`invitations.due`), and the closing."""
    plan, invitation = view.plan, view.invitation
    if not invitation.is_open:
        return
    if not invitation.is_held:
        due = [(Step.INVITE, plan.invite_on)]
        if invitation.invited_on is not None:
            due = [(reminder.step, reminder.on) for reminder in plan.reminders(invitation.invited_on)]
        taken = {one.step for one in view.steps}
        yield from (Planned(on, PUTS_LETTER if sends_letters else SENDS[step]) for step, on in due if step not in taken)
    yield Planned(plan.closes_on, CLOSES_QUESTIONNAIRE)


def _interview(session: Session, rules: Rules, case: Case, today: date) -> Iterator[Planned]:
    """A booked interview with its reminder, or what happens to an offer without a reply; reminders only ahead."""
    offer = offers.offer_of(session, case.id)
    if booking := booking_to_come(session, case.id):
        day = booking.held_on
        if (remind_on := day - timedelta(days=1)) > today:
            yield Planned(remind_on, REMINDS_OF_INTERVIEW)
        yield Planned(day, INTERVIEW)
    elif offer is not None and offer.state is OfferState.OFFERED:
        offered_on = offer.offered_at.astimezone(clock.LONDON).date()
        times, calendar = rules.policy(case.agency).times, rules.calendar(case.agency, case.area)
        if (remind_on := schedule.remind_of_offer_on(offered_on, times, calendar)) > today:
            yield Planned(remind_on, REMINDS_OF_OFFER)
        yield Planned(schedule.offer_lapses_on(offered_on, times, calendar), LAPSES)


def _closing(rules: Rules, case: Case) -> Iterator[Planned]:
    """The worker closes a leaver's case; a starter's or stay conversation's is closed by HR."""
    if case.last_working_day is not None:
        times = rules.policy(case.agency).times
        yield Planned(schedule.case_closes_on(schedule.dates_of(case), times), CLOSES_CASE)
